#pragma once

#include <cohort/tasks/trial_batch.hpp>

namespace cohort {

/// What rules that fit a readout by least squares aim at, in one column of a batch (step * n_trials + trial).
template <class Scalar>
class LinearTarget {
 public:
  LinearTarget(const TrialBatch<Scalar>& batch, Index column, Index n_outputs)
      : batch_(batch), column_(column), n_outputs_(n_outputs) {}

  bool is_counted(Index output) const { return batch_.mask(batch_.mask.rows() == 1 ? 0 : output, column_) != 0; }

  /// Is any output counted?
  bool is_counted() const { return (batch_.mask.col(column_).array() != 0).any(); }

  /// The target of each output [n_outputs]: its value or, with classes, 1 for the class and 0 for the others; 0 where
  /// nothing is asked.
  VectorXd value() const {
    VectorXd result = VectorXd::Zero(n_outputs_);
    for (Index output = 0; output < n_outputs_; ++output) {
      if (!is_counted(output)) continue;
      result[output] = batch_.classes.empty() ? static_cast<double>(batch_.targets(output, column_))
                                              : batch_.classes[static_cast<std::size_t>(column_)] == output;
    }
    return result;
  }

  /// How far `outputs` [n_outputs] are from it; 0 where nothing is asked.
  VectorXd error(const VectorXd& outputs) const {
    VectorXd result = outputs - value();
    for (Index output = 0; output < n_outputs_; ++output)
      if (!is_counted(output)) result[output] = 0;
    return result;
  }

 private:
  const TrialBatch<Scalar>& batch_;
  Index column_, n_outputs_;
};

}  // namespace cohort
