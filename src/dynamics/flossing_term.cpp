#include <cohort/dynamics/flossing_term.hpp>

#include <cohort/network/as_recurrent.hpp>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

/// The inputs of one trial, [n_inputs x n_steps].
template <class Scalar>
MatrixXd inputs_of(const TrialBatch<Scalar>& trials, Index trial) {
  MatrixXd inputs(trials.inputs.rows() - 1, trials.n_steps);
  for (Index step = 0; step < trials.n_steps; ++step)
    inputs.col(step) = trials.inputs.col(step * trials.n_trials + trial).head(inputs.rows()).template cast<double>();
  return inputs;
}

}  // namespace

template <class Scalar>
FlossingTerm<Scalar>::FlossingTerm(std::unique_ptr<Network<double>> twin, const FlossingSettings& settings)
    : twin_(std::move(twin)),
      settings_(settings),
      flossing_(as_recurrent(*twin_)),
      gradient_(twin_->parameters().layout) {}

template <class Scalar>
bool FlossingTerm<Scalar>::is_due(Index update) const {
  if (is_alone(update)) return true;
  return settings_.every > 0 && (update - settings_.before) % settings_.every == 0;
}

template <class Scalar>
double FlossingTerm<Scalar>::add_gradient(const ParameterSet<Scalar>& parameters, const TrialBatch<Scalar>& trials,
                                          ParameterSet<Scalar>& gradient) {
  twin_->parameters().values = parameters.values.template cast<double>();
  const Index n_states = as_recurrent(*twin_).cell().n_states();
  const MatrixXd frame = MatrixXd::Identity(n_states, std::min(settings_.exponents, n_states));
  const Index n_trials = std::min(settings_.trials, trials.n_trials);
  const double weight = settings_.strength / static_cast<double>(n_trials);
  gradient_.values.setZero();
  double loss = 0;
  for (Index trial = 0; trial < n_trials; ++trial)
    loss += weight *
            flossing_
                .add_gradient(inputs_of(trials, trial), frame, settings_.transient, settings_.target, weight, gradient_)
                .loss;
  gradient.values += gradient_.values.template cast<Scalar>();
  return loss;
}

template class FlossingTerm<float>;
template class FlossingTerm<double>;

}  // namespace cohort
