#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/learning/objective.hpp>
#include <cohort/learning/rule_curve.hpp>
#include <cohort/learning/state_visitor.hpp>
#include <cohort/network/network.hpp>

#include <vector>

namespace cohort {

/// What a rule is given to compute one update, right after `network.forward(batch.inputs, ...)`.
/// `NetworkType` is Network for whoever trains, and the network of its family for a rule.
template <class Scalar, class NetworkType = Network<Scalar>>
struct UpdateContext {
  NetworkType& network;
  const TrialBatch<Scalar>& batch;     ///< whole trials, or the steps since the last update (see steps_per_update)
  const Activity<Scalar>& activity;    ///< of the forward pass
  const Matrix<Scalar>& output_error;  ///< dE/dy, [n_outputs x n_steps * n_trials]
  DirectCredit<Scalar> direct{};       ///< learning signal from the regularizers
  Objective<Scalar> objective{LossKind::mean_squared_error};
  double total_weight = 1;                    ///< Σ mask of the whole trials, what the loss is divided by
  Index first_step = 0;                       ///< where the batch begins within its trials
  const DriveNoise<Scalar>* noise = nullptr;  ///< unit noise of the forward pass
  std::uint64_t update = 0;                   ///< number of updates before this one

  /// The same for the same network, known as one of its family.
  template <class Known>
  UpdateContext<Scalar, Known> of(Known& known) const {
    return {known, batch, activity, output_error, direct, objective, total_weight, first_step, noise, update};
  }
};

/// What the numbers of a rule are.
enum class UpdateKind {
  gradient,  ///< of the loss: clipped, handed to the optimizer
  step       ///< the change itself (with its sign reversed): subtracted from the parameters as it is
};

/// What the trainer, the scheduler and the reports may ask about a rule. What depends on the network is a guess until
/// `begin`.
struct RuleTraits {
  double relative_cost = 1;    ///< of `add_gradient` in forward passes, roughly: what the scheduler expects
  Index steps_per_update = 0;  ///< steps between two updates within a trial; 0 updates at the end of the trial
  UpdateKind kind = UpdateKind::gradient;
  bool is_exact = false;   ///< the gradient of the loss itself, with nothing left out (with surrogate derivatives
                           ///< on spiking cells)
  bool is_passive = true;  ///< needs nothing but the forward pass it is given: can watch the training of another
};

/// A learning rule: how a batch becomes the gradient (or the rule's idea of it) that the optimizer follows.
///
/// A rule serves one family of networks: derive it from TemporalRule or LayeredRule, which hand it the network of its
/// family. Whoever trains, watches or checks a rule knows this class alone.
template <class Scalar>
class LearningRule {
 public:
  virtual ~LearningRule() = default;

  virtual RuleTraits traits() const = 0;

  /// Throws UserError, naming what is missing, when the rule cannot train this network.
  void check(const Network<Scalar>& network) const { check_network(network); }

  /// Called once before training; the place to draw fixed random feedback. `stream` belongs to this run alone.
  void begin(const Network<Scalar>& network, const RandomStream& stream) { begin_network(network, stream); }

  /// Adds the rule's gradient of the batch loss to `gradient`, which starts at zero.
  void add_gradient(const UpdateContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
    add_network_gradient(context, gradient);
  }

  /// Whether what the last add_gradient found is to be followed. Where it is not, the trainer leaves parameters and
  /// optimizer as they are, so that no momentum of earlier updates goes on.
  virtual bool has_update() const { return true; }

  /// Names everything that the rule has drawn or learned and that later updates depend on, from `begin` on.
  virtual void visit_state(StateVisitor& visitor) = 0;

  /// Curves of the rule's own, recorded beside those of every training, and after an update their values, in the same
  /// order. Looking at them changes nothing.
  virtual std::vector<RuleCurve> curves() const { return {}; }
  virtual std::vector<double> curve_values() const { return {}; }

 private:
  virtual void check_network(const Network<Scalar>& network) const = 0;
  virtual void begin_network(const Network<Scalar>& network, const RandomStream& stream) = 0;
  virtual void add_network_gradient(const UpdateContext<Scalar>& context, ParameterSet<Scalar>& gradient) = 0;
};

}  // namespace cohort
