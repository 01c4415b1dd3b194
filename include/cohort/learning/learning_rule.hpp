#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/learning/objective.hpp>
#include <cohort/network/network.hpp>

namespace cohort {

/// What a rule is given to compute one update, right after `network.forward(batch.inputs, ...)`.
template <class Scalar>
struct UpdateContext {
  Network<Scalar>& network;
  const TrialBatch<Scalar>& batch;      ///< whole trials, or the steps since the last update (see steps_per_update)
  const Activity<Scalar>& activity;     ///< of the forward pass
  const Matrix<Scalar>& output_error;   ///< dE/dy, [n_outputs x n_steps * n_trials]
  DirectCredit<Scalar> direct{};        ///< learning signal from the regularizers
  Objective<Scalar> objective{LossKind::mean_squared_error};
  double total_weight = 1;              ///< Σ mask of the whole trials, what the loss is divided by
  Index first_step = 0;                 ///< where the batch begins within its trials
  const DriveNoise<Scalar>* noise = nullptr;  ///< unit noise of the forward pass
  std::uint64_t update = 0;             ///< number of updates before this one
};

/// What the numbers of a rule are.
enum class UpdateKind {
  gradient,  ///< of the loss: clipped, handed to the optimizer
  step       ///< the change itself (with its sign reversed): subtracted from the parameters as it is
};

/// A learning rule: how a batch becomes the gradient (or the rule's idea of it) that the optimizer follows.
template <class Scalar>
class LearningRule {
 public:
  virtual ~LearningRule() = default;

  virtual NetworkFamily family() const { return NetworkFamily::recurrent; }

  /// Throws UserError, naming what is missing, when the rule cannot train this network.
  virtual void check(const Network<Scalar>&) const {}

  /// Cost of `add_gradient` in forward passes, roughly: what the scheduler expects.
  virtual double relative_cost() const = 0;

  /// Steps between two updates within a trial; 0 updates at the end of the trial.
  virtual Index steps_per_update() const { return 0; }

  virtual UpdateKind kind() const { return UpdateKind::gradient; }

  /// Is it the gradient of the loss itself, with nothing left out? (With surrogate derivatives on spiking cells.)
  virtual bool is_exact() const { return false; }

  /// Does the rule need nothing but the forward pass it is given? Such rules can watch the training of another.
  virtual bool is_passive() const { return true; }

  /// Called once before training; the place to draw fixed random feedback. `stream` belongs to this run alone.
  virtual void begin(const Network<Scalar>& network, const RandomStream& stream) = 0;

  /// Adds the rule's gradient of the batch loss to `gradient`, which starts at zero.
  virtual void add_gradient(const UpdateContext<Scalar>& context, ParameterSet<Scalar>& gradient) = 0;
};

}  // namespace cohort
