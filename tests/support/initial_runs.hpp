#pragma once

#include <cohort/analysis/finished_runs.hpp>
#include <cohort/study/design.hpp>
#include <cohort/study/run_executor.hpp>

#include <string>
#include <vector>

namespace cohort::test {

/// Runs that are finished and have what they started with at every level but the last, which they never reached.
class InitialRuns final : public FinishedRuns {
 public:
  InitialRuns(const Study& study, const Design& design)
      : study_(study), design_(design), levels_(study.snapshots.labels()) {}

  /// [n_parameters]
  Vector<float> initial(std::size_t run) const {
    return make_network<float>(study_, design_[run])->parameters().values;
  }

  std::size_t size() const override { return design_.size(); }
  std::uint64_t checksum(std::size_t run) const override { return run + 1; }
  const std::vector<std::string>& levels() const override { return levels_; }
  Matrix<float> representation(std::size_t, std::size_t) const override { return {}; }
  std::vector<float> parameters(std::size_t run, std::size_t level) const override {
    if (level + 1 == levels_.size()) return {};
    const Vector<float> values = initial(run);
    return {values.begin(), values.end()};
  }

 private:
  const Study& study_;
  const Design& design_;
  std::vector<std::string> levels_;
};

}  // namespace cohort::test
