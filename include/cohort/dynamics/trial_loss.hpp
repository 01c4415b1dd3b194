#pragma once

#include <cohort/learning/learning_rule.hpp>
#include <cohort/learning/regularizer_list.hpp>

#include <cstdint>
#include <vector>

namespace cohort {

/// The loss of a network on fixed trials as a function of all its parameters, with its exact gradient: the task's loss
/// plus the regularizers that depend on the parameters alone (weight decay). Without unit noise.
class TrialLoss {
 public:
  /// `exact` is the rule whose gradient leaves nothing out, and has begun; all must outlive this. The regularizers are
  /// those of `options` (none by default). Throws InternalError for another rule.
  TrialLoss(Network<double>& network, LearningRule<double>& exact, LossKind loss, const TrialBatch<double>& trials,
            const TrainingOptions& options = without_regularizers());

  Index size() const { return network_.parameters().values.size(); }
  Network<double>& network() { return network_; }
  const TrialBatch<double>& trials() const { return trials_; }

  /// Runs the network with `parameters` [size], which it keeps, and returns the loss of the task.
  double run(const VectorXd& parameters);
  /// dE/dy of the last run, [n_outputs x n_steps * n_trials].
  const MatrixXd& output_error() const { return output_error_; }

  /// The gradient of the whole loss at the parameters of the last run, [size].
  const VectorXd& gradient();
  /// The gradient that output errors other than those of the loss would have there, without regularizers.
  const VectorXd& pull_back(const MatrixXd& output_error);
  /// What another rule of the same network takes for the gradient of the task's loss there.
  const VectorXd& gradient_of(LearningRule<double>& rule);
  /// The same with the regularizers: what its updates follow.
  const VectorXd& update_of(LearningRule<double>& rule);

  /// Of the last run, where rates and what derivatives are made of are zero: another pattern means that a unit has
  /// crossed a kink of its activation function.
  void write_pattern(std::vector<std::uint8_t>& pattern) const;

  static TrainingOptions without_regularizers();

 private:
  UpdateContext<double> context(const MatrixXd& output_error) const;

  Network<double>& network_;
  LearningRule<double>& exact_;
  Objective<double> objective_;
  const TrialBatch<double>& trials_;
  double total_weight_;
  RegularizerList<double> regularizers_;
  MatrixXd output_error_;
  ParameterSet<double> gradient_;
};

}  // namespace cohort
