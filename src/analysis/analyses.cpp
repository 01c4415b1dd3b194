#include <cohort/analysis/analyses.hpp>

#include <cohort/analysis/curvature_measures.hpp>
#include <cohort/analysis/effects.hpp>
#include <cohort/analysis/fixed_point_search.hpp>
#include <cohort/analysis/lyapunov_spectra.hpp>
#include <cohort/analysis/recording_baseline.hpp>
#include <cohort/analysis/recording_ceiling.hpp>
#include <cohort/analysis/recording_distances.hpp>
#include <cohort/analysis/recording_control.hpp>
#include <cohort/analysis/recording_scores.hpp>
#include <cohort/analysis/recording_trial_ceiling.hpp>
#include <cohort/analysis/recordings_schema.hpp>
#include <cohort/analysis/rich_lazy_measures.hpp>
#include <cohort/analysis/run_comparability.hpp>
#include <cohort/analysis/run_distances.hpp>
#include <cohort/analysis/run_embedding.hpp>
#include <cohort/analysis/run_geometry.hpp>
#include <cohort/analysis/sampled_distances.hpp>
#include <cohort/store/analysis_log.hpp>
#include <cohort/store/value_checksums.hpp>
#include <cohort/study/layer_choice.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cohort {

const std::vector<AnalysisKind>& analysis_kinds() {
  // In this order: scores and effects are made from what those before them have left.
  static const std::vector<AnalysisKind> table{
      analysis_kind<RunDistances>(),     analysis_kind<SampledDistances>(),      analysis_kind<RecordingDistances>(),
      analysis_kind<RecordingCeiling>(), analysis_kind<RecordingTrialCeiling>(), analysis_kind<RecordingBaseline>(),
      analysis_kind<RecordingScores>(),  analysis_kind<RecordingControl>(),      analysis_kind<RunComparability>(),
      analysis_kind<FixedPointSearch>(), analysis_kind<RunEmbedding>(),          analysis_kind<RunGeometry>(),
      analysis_kind<LyapunovSpectra>(),  analysis_kind<RichLazyMeasures>(),      analysis_kind<CurvatureMeasures>(),
      analysis_kind<Effects>(),
  };
  return table;
}

const Catalogue& analysis_catalogue() {
  static const Catalogue catalogue = [] {
    std::vector<Description> descriptions;
    for (const AnalysisKind& kind : analysis_kinds()) descriptions.push_back(kind.description);
    std::ranges::sort(descriptions, {}, &Description::name);
    return Catalogue("analysis", descriptions);
  }();
  return catalogue;
}

/// What several analyses look at.
struct Analyses::Shared {
  StudySamples samples;
  ComparedRecordings recordings;
  Design design{};  ///< of a file alone: empty

  Shared(StudySamples own, const Study& study)
      : samples(std::move(own)), recordings(study, samples.n_conditions(), samples.n_times()) {}
};

Analyses::Analyses(const Study& study, const Design& design)
    : study_(study), shared_(new Shared(StudySamples(study, design), study)) {
  ask({study, design, shared_->samples, shared_->recordings, [&] { return effect_design(study, design); }});
}

Analyses::Analyses(const StoredStudy& stored, ResultsFile& file)
    : study_(stored.study), shared_(new Shared(StudySamples(file, stored.study.similarity), stored.study)) {
  const Study& study = stored.study;
  ask({study, shared_->design, shared_->samples, shared_->recordings, [&] {
         EffectDesign design = effect_design(file, study.effects);
         design.measures = compared_measures(study.similarity);
         design.distance_type = shared_->samples.distance_type();
         design.recordings = study.similarity.recording_names;
         return design;
       }});
}

void Analyses::ask(const AnalysisInputs& inputs) {
  for (const AnalysisKind& kind : analysis_kinds()) std::ranges::move(kind.asked_for(inputs), std::back_inserter(all_));
}

Analyses::~Analyses() = default;

std::vector<std::string> Analyses::warnings() const {
  std::vector<std::string> lines;
  const PairChoice& pairs = study_.similarity.pairs;
  if (!pairs.is_all() && !study_.similarity.measures.empty())
    lines.push_back(fmt::format(
        "effects of factors on distances and maps of the networks are left out: they need all pairs, and [similarity] "
        "pairs = {}",
        to_text(pairs)));
  for (const auto& analysis : all_) std::ranges::move(analysis->warnings(), std::back_inserter(lines));
  return lines;
}

namespace {

/// Both lists in one, each in its order; what stands in both stands where both agree.
std::vector<std::string> merged(const std::vector<std::string>& names, const std::vector<std::string>& others) {
  std::vector<std::string> result;
  auto next = others.begin();
  for (const std::string& name : names) {
    if (const auto same = std::find(next, others.end(), name); same != others.end()) {
      std::copy_if(next, same, std::back_inserter(result),
                   [&](const std::string& other) { return std::ranges::count(names, other) == 0; });
      next = same + 1;
    }
    result.push_back(name);
  }
  std::copy_if(next, others.end(), std::back_inserter(result),
               [&](const std::string& other) { return std::ranges::count(names, other) == 0; });
  return result;
}

}  // namespace

Schema Analyses::schema(const std::vector<std::string>& others) const {
  Schema schema;
  std::vector<std::string> names;
  for (const auto& analysis : all_) {
    schema.append(analysis->datasets());
    names.push_back(analysis->name());
  }
  schema = with_checksums(std::move(schema));
  schema.append(drawn_pairs_schema(shared_->samples));
  schema.append(recordings_schema(study_));
  schema.append(AnalysisLog::schema(merged(names, others)));
  return schema;
}

}  // namespace cohort
