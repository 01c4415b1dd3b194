#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/learning/objective.hpp>
#include <cohort/network/network.hpp>

namespace cohort {

/// What a rule is given to compute one update, right after `network.forward(batch.inputs, batch.n_trials)`.
template <class Scalar>
struct UpdateContext {
  Network<Scalar>& network;
  const TrialBatch<Scalar>& batch;
  const Activity<Scalar>& activity;    ///< of the forward pass
  const Matrix<Scalar>& output_error;  ///< dE/dy, [n_outputs x n_steps * n_trials]
  Scalar rate_weight;                  ///< direct dE/dh = rate_weight · h, from the activity regularizer
};

/// A learning rule: how a batch becomes the gradient (or the rule's idea of it) that the optimizer follows.
template <class Scalar>
class LearningRule {
 public:
  virtual ~LearningRule() = default;

  virtual NetworkFamily family() const { return NetworkFamily::recurrent; }

  /// Cost of `add_gradient` in forward passes, roughly: what the scheduler expects.
  virtual double relative_cost() const = 0;

  /// Called once before training; the place to draw fixed random feedback. `stream` belongs to this run alone.
  virtual void begin(const Network<Scalar>& network, const RandomStream& stream) = 0;

  /// Adds the rule's gradient of the batch loss to `gradient`, which starts at zero.
  virtual void add_gradient(const UpdateContext<Scalar>& context, ParameterSet<Scalar>& gradient) = 0;
};

}  // namespace cohort
