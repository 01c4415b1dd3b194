#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Copy a sequence of symbols after a delay (Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735, in the form
/// of Arjovsky, Shah & Bengio 2016).
///
/// `length` = 10 random symbols out of `symbols` = 8, then `delay` blank steps of which the last shows a marker, then
/// `length` blank steps during which the symbols must come out in order: delay + 2 · length steps. Inputs: one per
/// symbol, blank, marker (one-hot). Classes: 0 blank until the marker and at it, then 1 + symbol; cross-entropy, all
/// steps. Forgetting everything costs length · log(symbols) / n_steps. Performance: fraction of the symbols right.
/// Conditions are `sequences` evaluation trials, the same for all networks; training trials, all of one kind, carry
/// the first. Context for dynamics: blank.
class Copy final : public Task {
 public:
  static Description description();
  explicit Copy(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override;
  double chance() const override { return 1 / static_cast<double>(n_symbols_); }

 private:
  Index n_symbols_, length_, delay_;
  TaskInfo info_;
};

}  // namespace cohort
