#include <cohort/analysis/analyses.hpp>

#include <cohort/analysis/fixed_point_search.hpp>
#include <cohort/analysis/recording_baseline.hpp>
#include <cohort/analysis/recording_ceiling.hpp>
#include <cohort/analysis/recording_distances.hpp>
#include <cohort/analysis/run_distances.hpp>
#include <cohort/store/analysis_log.hpp>

namespace cohort {

/// What several analyses look at.
struct Analyses::Shared {
  StudySamples samples;
  ComparedRecordings recordings;
};

// The table of analyses: one entry per kind.
Analyses::Analyses(const Study& study, const Design& design)
    : shared_(new Shared{StudySamples(study, design), ComparedRecordings(study)}) {
  const auto& [samples, recordings] = *shared_;
  for (const std::string& measure : study.similarity.measures) {
    all_.push_back(std::make_unique<RunDistances>(samples, measure));
    if (recordings.size() == 0) continue;
    all_.push_back(std::make_unique<RecordingDistances>(samples, recordings, measure));
    all_.push_back(std::make_unique<RecordingCeiling>(recordings, measure, study.similarity.resamples));
    all_.push_back(std::make_unique<RecordingBaseline>(recordings, measure));
  }
  if (study.dynamics.starts > 0) all_.push_back(std::make_unique<FixedPointSearch>(study, design));
}

Analyses::~Analyses() = default;

Schema Analyses::schema() const {
  Schema schema;
  std::vector<std::string> names;
  for (const auto& analysis : all_) {
    schema.append(analysis->datasets());
    names.push_back(analysis->name());
  }
  schema.append(AnalysisLog::schema(names));
  return schema;
}

}  // namespace cohort
