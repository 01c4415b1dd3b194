#include <cohort/analysis/analyses.hpp>

#include <cohort/analysis/effects.hpp>
#include <cohort/analysis/fixed_point_search.hpp>
#include <cohort/analysis/recording_baseline.hpp>
#include <cohort/analysis/recording_ceiling.hpp>
#include <cohort/analysis/recording_distances.hpp>
#include <cohort/analysis/recordings_schema.hpp>
#include <cohort/analysis/run_comparability.hpp>
#include <cohort/analysis/run_distances.hpp>
#include <cohort/analysis/run_embedding.hpp>
#include <cohort/analysis/run_geometry.hpp>
#include <cohort/analysis/sampled_distances.hpp>
#include <cohort/store/analysis_log.hpp>
#include <cohort/store/value_checksums.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cohort {

const std::vector<AnalysisKind>& analysis_kinds() {
  static const std::vector<AnalysisKind> table{
      analysis_kind<RunDistances>(),     analysis_kind<SampledDistances>(),  analysis_kind<RecordingDistances>(),
      analysis_kind<RecordingCeiling>(), analysis_kind<RecordingBaseline>(), analysis_kind<RunComparability>(),
      analysis_kind<FixedPointSearch>(), analysis_kind<RunEmbedding>(),      analysis_kind<RunGeometry>(),
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
};

Analyses::Analyses(const Study& study, const Design& design)
    : study_(study), shared_(new Shared{StudySamples(study, design), ComparedRecordings(study)}) {
  for (const AnalysisKind& kind : analysis_kinds())
    std::ranges::move(kind.asked_for({study, design, shared_->samples, shared_->recordings}), std::back_inserter(all_));
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

Schema Analyses::schema() const {
  Schema schema;
  std::vector<std::string> names;
  for (const auto& analysis : all_) {
    schema.append(analysis->datasets());
    names.push_back(analysis->name());
  }
  schema = with_checksums(std::move(schema));
  schema.append(drawn_pairs_schema(shared_->samples));
  schema.append(recordings_schema(study_));
  schema.append(AnalysisLog::schema(names));
  return schema;
}

}  // namespace cohort
