#pragma once

#include <cohort/analysis/analyses.hpp>
#include <cohort/analysis/analysis_time.hpp>
#include <cohort/study/cost_model.hpp>
#include <cohort/study/design.hpp>

#include <string>
#include <vector>

namespace cohort::app {

/// Measures kinds of runs for some seconds. `design` must outlive what is returned.
TrainingTimes measured_times(const Study& study, const Design& design);

/// Seconds that training takes, of the runs that are not kept.
std::vector<double> seconds_of_runs(const Study& study, const std::vector<bool>& kept, const TrainingTimes& times);

/// How much runs differ from what is expected of their kind: the standard deviation of the logarithm of their times.
struct Spread {
  double value = 0.1;
  std::string source = "assumed";
};

/// As the finished runs of `results` do; assumed where there are few, or no such file.
Spread measured_spread(const std::string& results);

/// Time of analyses, in seconds.
struct AnalysesTime {
  std::vector<AnalysisTime> each{};  ///< in the order of `analyses`
  double processor = 0;              ///< of all together
  double wall = 0;                   ///< on so many ranks
};

/// Tries each analysis for a moment.
AnalysesTime measured_analyses(const Study& study, const Design& design, const Analyses& analyses, int n_ranks);

}  // namespace cohort::app
