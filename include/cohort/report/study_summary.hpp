#pragma once

#include <cohort/report/effects_summary.hpp>
#include <cohort/report/moments.hpp>
#include <cohort/report/study_progress.hpp>

#include <limits>
#include <string>
#include <vector>

namespace cohort {

class ResultsFile;

/// A factor of the design, and the texts of its levels.
struct FactorSummary {
  std::string name{};
  std::vector<std::string> levels{};

  bool is_crossed() const { return levels.size() > 1; }
};

/// Runs that differ in their seed only.
struct RunGroup {
  std::vector<int> levels{};        ///< per factor but the seed: index into FactorSummary::levels
  std::vector<std::size_t> runs{};  ///< in the order of the design
  std::size_t n_done = 0;
  Moments final_error{};                ///< of the runs that are done, at the last level
  std::vector<Moments> last_values{};   ///< per StudySummary::last_curves, of the runs that are done
  std::vector<Moments> fixed_points{};  ///< per StudySummary::contexts, of the last networks; empty: not searched
  std::vector<Moments> updates{};       ///< per level: updates made before it, of the runs that reached it
  std::vector<double> silent{};         ///< share of silent units at the last evaluation, of the runs that are done
  std::vector<double> saturated{};      ///< the same of saturated units
};

/// Distances of the networks to one recording by one measure, normalized.
struct RecordingSummary {
  std::string measure{};
  std::string recording{};
  double ceiling = 0, ceiling_deviation = 0;   ///< between random halves of the recording's units
  double baseline = 0;                         ///< of the recording's cross-condition average to the recording
  std::vector<std::vector<Moments>> groups{};  ///< [group][level]
  std::string no_ceiling{}, no_baseline{};     ///< why the recording has none; empty where it has, or not yet
  /// Between halves of its trials; NaN where it keeps none apart, or not yet.
  double trial_ceiling = std::numeric_limits<double>::quiet_NaN(), trial_ceiling_deviation = 0;
  /// What the former would be with all trials on both sides, normalized; NaN where the measure says nothing of that.
  double corrected_ceiling = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::vector<Moments>> scores{};  ///< [group][level], baseline 0 and ceiling 1; empty: none was computed
};

/// Distances between runs that differ in one factor and in nothing else.
struct PairSummary {
  std::size_t factor = 0;
  std::size_t n_pairs = 0;           ///< in the design
  std::vector<Moments> distances{};  ///< per level of the snapshots, of the pairs that have one
};

/// Runs that could not be compared at a level, for one reason.
struct IncomparableRuns {
  std::size_t level = 0;  ///< of the snapshots
  std::string reason{};
  std::size_t n_runs = 0;
};

/// Pairs of runs that can be compared, and have no distance by a measure, for one reason.
struct PairsWithout {
  std::string reason{};
  std::size_t n_pairs = 0;  ///< over all levels; both orders where the measure is not symmetric
};

/// Distances between runs by one measure, normalized.
struct MeasureSummary {
  std::string name{};                  ///< of the dataset in /similarity
  std::vector<PairSummary> factors{};  ///< those with several levels
  std::vector<PairsWithout> without{};
};

/// What a study came to: plain data, from its results file alone. Texts, pictures and pages are made from it.
struct StudySummary {
  StudyProgress progress{};
  std::vector<FactorSummary> factors{};    ///< in the order of tables; the seed is the last
  std::vector<std::string> levels{};       ///< of the snapshots: "update=0", "accuracy>=0.8", "final"
  std::vector<std::string> contexts{};     ///< in which fixed points were searched; empty: they were not
  std::vector<double> chance{};            ///< per level: what outputs that never change score; empty: not known
  std::vector<std::string> last_curves{};  ///< curves whose last values the groups tell
  std::vector<RunGroup> groups{};          ///< sorted by their levels
  std::vector<RecordingSummary> recordings{};
  std::vector<MeasureSummary> distances{};
  std::vector<IncomparableRuns> incomparable{};  ///< that reached the level, but are silent, say
  std::vector<EffectsSummary> effects{};         ///< what the factors explain
};

/// Reads `file`, which a job may be writing. Matrices of distances are read a few rows at a time.
StudySummary summary_of(ResultsFile& file);

}  // namespace cohort
