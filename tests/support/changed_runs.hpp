#pragma once

#include <support/initial_runs.hpp>

#include <functional>
#include <utility>

namespace cohort::test {

/// Runs that are finished and have at every level what they started with, changed by `change`.
class ChangedRuns final : public FinishedRuns {
 public:
  using Change = std::function<void(Network<float>&)>;

  ChangedRuns(const Study& study, const Design& design, Change change)
      : initial_(study, design), study_(study), design_(design), change_(std::move(change)) {}

  std::size_t size() const override { return initial_.size(); }
  std::uint64_t checksum(std::size_t run) const override { return initial_.checksum(run); }
  const std::vector<std::string>& levels() const override { return initial_.levels(); }
  Matrix<float> representation(std::size_t, std::size_t) const override { return {}; }
  std::vector<float> parameters(std::size_t run, std::size_t) const override {
    const auto network = make_network<float>(study_, design_[run]);
    change_(*network);
    const Vector<float>& values = network->parameters().values;
    return {values.begin(), values.end()};
  }

 private:
  InitialRuns initial_;
  const Study& study_;
  const Design& design_;
  Change change_;
};

}  // namespace cohort::test
