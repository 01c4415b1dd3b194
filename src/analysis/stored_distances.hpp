#pragma once

#include <cohort/analysis/finished_runs.hpp>
#include <cohort/analysis/named_measure.hpp>
#include <cohort/core/stop_request.hpp>
#include <cohort/similarity/squared_distances.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

/// Thrown where a distance between two runs that can be compared has no value.
struct UndefinedDistance {};

/// Squared distances between some runs at a level, as an analysis that was done before has left them in the file. Rows
/// are read when they are asked for. Of a measure that is not symmetric: the mean of the squares of both directions.
class StoredDistances final : public SquaredDistances {
 public:
  /// `selected`: numbers of runs, rising. All others must outlive this.
  StoredDistances(const FinishedRuns& runs, const NamedMeasure& measure, ValueType type, std::size_t level,
                  const std::vector<std::size_t>& selected, const StopCheck& stop);

  std::size_t size() const override { return selected_.size(); }
  /// Throws UndefinedDistance; or RunError when distances are not there, or of other runs than the file has now.
  void rows(std::size_t first, std::size_t count, double* d2) const override;

 private:
  enum class Direction { from, to };
  /// Distances of one run from or to all others, and what they were made from.
  struct Line {
    std::vector<double> distances{};
    std::vector<std::uint64_t> made_from{};  ///< where it was not checked before
  };
  Line read(std::size_t run, Direction direction) const;
  void check(std::size_t run, const Line& line, Direction direction) const;
  double square(const Line& there, const Line& back, std::size_t run, std::size_t other) const;

  const FinishedRuns& runs_;
  std::string path_;
  std::uint64_t version_;
  std::size_t level_;
  bool is_symmetric_;
  const std::vector<std::size_t>& selected_;
  const StopCheck& stop_;
  mutable std::vector<bool> is_checked_;  ///< rows that were read before
};

/// Which runs [n_runs] can be compared at a level, as the file says. Throws RunError when nobody has looked at one that
/// is finished.
std::vector<bool> comparable_runs(const FinishedRuns& runs, std::size_t level);

}  // namespace cohort
