#pragma once

#include <cohort/learning/learning_rule.hpp>

namespace cohort {

/// Derivatives of a network's outputs by its parameters, a backward pass each.
class OutputJacobian {
 public:
  /// One trial, and a step of it.
  struct Sample {
    Index trial;
    Index step;
  };

  /// `exact` is the rule whose gradient leaves nothing out, and has begun. Nothing is copied: all must outlive this.
  /// Throws InternalError for another rule.
  OutputJacobian(Network<double>& network, LearningRule<double>& exact, const TrialBatch<double>& trials);

  /// ∂y[sample, output]/∂θ, [n_samples * n_outputs x n_parameters], outputs fastest. The samples of one trial stand one
  /// behind the other, or its forward pass is made again.
  MatrixXd of(const std::vector<Sample>& samples);

 private:
  void select(Index trial);

  Network<double>& network_;
  LearningRule<double>& exact_;
  const TrialBatch<double>& trials_;
  TrialBatch<double> one_;  ///< the trial of the last forward pass
};

}  // namespace cohort
