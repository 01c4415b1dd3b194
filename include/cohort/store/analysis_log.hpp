#pragma once

#include <cohort/store/results_file.hpp>

#include <string>
#include <vector>

namespace cohort {

/// How far one analysis of the study is.
struct AnalysisState {
  std::string name{};
  int n_items = -1;  ///< -1: it never began
  int n_done = 0;
  int n_failed = 0;
  double seconds_left = 0;  ///< for the ranks of the last job, as it stood after its last round; NaN: not known
};

/// An item of an analysis that could not be computed.
struct AnalysisFailure {
  std::string analysis{}, item{};
  std::string message{};  ///< one line
};

/// What the analyses of a results file have done: /analyses. One process (rank 0) writes it, independently.
class AnalysisLog {
 public:
  /// The group's part of the schema, for the analyses called `names`; nothing when there are none.
  static Schema schema(const std::vector<std::string>& names);
  /// Failures beyond this number are counted, not described.
  static constexpr std::size_t max_failures = 64;

  /// `file` must outlive the log.
  explicit AnalysisLog(ResultsFile& file);

  /// Forgets the failures of earlier jobs: what failed is tried again.
  void begin();
  /// Writes what became of the analysis that `state` names. Throws InternalError when the file does not know it.
  void write(const AnalysisState& state);
  void add(const AnalysisFailure& failure);

  /// In the order of the schema; empty for a file without analyses.
  std::vector<AnalysisState> states() const;
  std::vector<AnalysisFailure> failures() const;

 private:
  ResultsFile& file_;
  std::vector<std::string> names_;
  std::size_t n_failures_ = 0;
};

}  // namespace cohort
