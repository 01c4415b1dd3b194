#pragma once

#include <cohort/analysis/finished_runs.hpp>
#include <cohort/analysis/named_measure.hpp>
#include <cohort/core/stop_request.hpp>
#include <cohort/similarity/squared_distances.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Thrown where a distance between two runs that can be compared has no value.
struct UndefinedDistance {};

/// Squared distances between some runs at a level, as an analysis that was done before has left them in the file. Rows
/// are read when they are asked for.
class StoredDistances final : public SquaredDistances {
 public:
  /// `selected`: numbers of runs, rising. All others must outlive this.
  StoredDistances(const FinishedRuns& runs, const NamedMeasure& measure, ValueType type, std::size_t level,
                  const std::vector<std::size_t>& selected, const StopCheck& stop);

  std::size_t size() const override { return selected_.size(); }
  /// Throws UndefinedDistance; or RunError when distances are not there, or of other runs than the file has now.
  void rows(std::size_t first, std::size_t count, double* d2) const override;

 private:
  void check(std::size_t run, const std::vector<double>& distances) const;

  const FinishedRuns& runs_;
  std::string path_;
  std::uint64_t version_;
  std::size_t level_;
  const std::vector<std::size_t>& selected_;
  const StopCheck& stop_;
  mutable std::vector<bool> is_checked_;  ///< rows that were read before
};

/// Which runs [n_runs] can be compared at a level, as the file says. Throws RunError when nobody has looked at one that
/// is finished.
std::vector<bool> comparable_runs(const FinishedRuns& runs, std::size_t level);

}  // namespace cohort
