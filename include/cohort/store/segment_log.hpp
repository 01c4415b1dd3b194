#pragma once

#include <cohort/store/results_file.hpp>

#include <string>
#include <vector>

namespace cohort {

/// One start of the job on a results file. Times are seconds since 1970 (UTC), NaN while unknown.
struct Segment {
  std::string job{};  ///< job id of the scheduler, empty outside one
  std::string host{};
  std::string version{};  ///< version, commit and compiler
  std::string cpu{};      ///< processors, with the ranks that ran on each where there were several kinds
  int n_ranks = 1;
  double started = 0;
  double ended = 0;      ///< NaN: still running, or killed
  std::string reason{};  ///< why it ended
};

/// The history of a results file: /segments. One process (rank 0) writes it, independently.
class SegmentLog {
 public:
  /// `file` must outlive the log.
  explicit SegmentLog(ResultsFile& file) : file_(file) {}

  /// Adds a row for the segment that starts now; its `ended` and `reason` are left open. When all rows are used the
  /// last one is overwritten; n_starts() goes on counting.
  void begin(const Segment& segment);
  /// Completes the newest row.
  void end(double ended, const std::string& reason);

  int n_starts() const;
  std::vector<Segment> read() const;

 private:
  std::size_t newest_row() const;

  ResultsFile& file_;
};

}  // namespace cohort
