#include <cohort/rules/dni.hpp>

#include <cohort/network/drive_reach.hpp>

namespace cohort {

template <class Scalar>
Description Dni<Scalar>::description() {
  Description d;
  d.name = "dni";
  d.summary = "synthetic gradients: the credit of a state is guessed linearly, and the guess learns from the next one";
  d.equation = "c̃_t = A [h_t; y*_t; 1], learned towards L_t + J_{t+1}ᵀ c̃_{t+1}; dW = Σ_t (c̃_t∘D_t) ẑ_tᵀ";
  d.reference = "Jaderberg et al. 2017, arXiv:1608.05343; Marschall, Cho & Savin 2020, arXiv:1907.02649";
  d.axes = "everything, as far as a linear function of rates and targets can tell it";
  d.cost = "O(N²) time per trial and step, O(B T N) memory";
  d.parameters = {ParameterInfo::number("rate", 0.5, 0, 1, "1", "how far A moves per update; 0 freezes it")};
  FeedbackAxis{}.describe(d);
  return d;
}

template <class Scalar>
Dni<Scalar>::Dni(const Parameters& parameters)
    : rate_(parameters.number("rate")), error_feedback_(FeedbackAxis::from(parameters)) {}

template <class Scalar>
void Dni<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  error_feedback_.begin(network, stream);
  layout_ = InfluenceLayout::of(network);
  synthesizer_ = Matrix<Scalar>::Zero(layout_.n_states(), layout_.n_units + network.n_outputs() + 1);
  drive_gradient_.resize(layout_.n_drives * layout_.n_units, layout_.n_sources);
  initial_gradient_.resize(layout_.n_units);
  source_.resize(layout_.n_sources);
  drive_credit_.resize(layout_.n_units);
}

template <class Scalar>
void Dni<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  RecurrentNetwork<Scalar>& network = context.network;
  prepare(context);
  for (Index trial = 0; trial < context.batch.n_trials; ++trial) add_trial(context, trial);
  add_to(network, gradient);
  network.add_readout_gradient(context.output_error, gradient);
  error_power_ = static_cast<double>(error_.squaredNorm());
  improve();
}

/// Derivatives, learning signals and guesses of all steps.
template <class Scalar>
void Dni<Scalar>::prepare(const TemporalContext<Scalar>& context) {
  const RecurrentNetwork<Scalar>& network = context.network;
  const Index n_steps = context.batch.n_steps, n_trials = context.batch.n_trials;
  jacobian_.begin(network.cell(), network.parameters());
  const Matrix<Scalar>& feedback = error_feedback_.weights(network, context.update);
  filter_error(context);
  if (steps_.size() < static_cast<std::size_t>(n_steps)) steps_.resize(static_cast<std::size_t>(n_steps));
  features_.resize(synthesizer_.cols(), n_steps * n_trials);
  error_.resize(layout_.n_states(), n_steps * n_trials);
  for (Index index = 0; index < n_steps; ++index) {
    Step& step = steps_[static_cast<std::size_t>(index)];
    network.cell().linearize(network.trajectory(), index, step.derivatives);
    network.learning_signal(index, output_error_, feedback, context.direct, step.signal);
    fill_features(context, index);
    step.guess.noalias() = synthesizer_ * features_.middleCols(index * n_trials, n_trials);
  }
  drive_gradient_.setZero();
  initial_gradient_.setZero();
  error_power_ = target_power_ = 0;
}

/// e ← (1 - κ) Σ_{s ≥ t} κ^{s-t} e_s: the error as it reaches the rates through a leaky readout.
template <class Scalar>
void Dni<Scalar>::filter_error(const TemporalContext<Scalar>& context) {
  const auto kappa = static_cast<Scalar>(context.network.cell().traits().readout_decay);
  const Index n_trials = context.batch.n_trials;
  output_error_ = (1 - kappa) * context.output_error;
  if (kappa == 0) return;
  for (Index step = context.batch.n_steps - 2; step >= 0; --step)
    output_error_.middleCols(step * n_trials, n_trials) +=
        kappa * output_error_.middleCols((step + 1) * n_trials, n_trials);
}

template <class Scalar>
void Dni<Scalar>::fill_features(const TemporalContext<Scalar>& context, Index step) {
  const TrialBatch<Scalar>& batch = context.batch;
  const Index n_outputs = context.network.n_outputs(), first = step * batch.n_trials;
  auto features = features_.middleCols(first, batch.n_trials);
  features.topRows(layout_.n_units) =
      context.network.trajectory().rates.matrix().middleCols(first + batch.n_trials, batch.n_trials);
  if (batch.classes.empty()) {
    features.middleRows(layout_.n_units, n_outputs) = batch.targets.middleCols(first, batch.n_trials);
  } else {
    features.middleRows(layout_.n_units, n_outputs).setZero();
    for (Index trial = 0; trial < batch.n_trials; ++trial)
      features(layout_.n_units + batch.classes[static_cast<std::size_t>(first + trial)], trial) = 1;
  }
  features.bottomRows(1).setOnes();
}

/// The gradient that the guesses of one trial mean, and how far they are from their targets.
template <class Scalar>
void Dni<Scalar>::add_trial(const TemporalContext<Scalar>& context, Index trial) {
  const Index n_steps = context.batch.n_steps, n_trials = context.batch.n_trials;
  credit_.setZero(layout_.n_states());  // what comes from the step after
  for (Index index = n_steps - 1; index >= 0; --index) {
    const Step& step = steps_[static_cast<std::size_t>(index)];
    jacobian_.select(step.derivatives, trial);
    rate_credit_ = step.signal.col(trial);
    jacobian_.to_state(rate_credit_, target_);
    target_ += credit_;
    error_.col(index * n_trials + trial) = step.guess.col(trial) - target_;
    target_power_ += static_cast<double>(target_.squaredNorm());
    add_drive_gradient(context, index, trial);
    state_credit_ = step.guess.col(trial);
    jacobian_.pull(state_credit_, credit_);
  }
  initial_gradient_ += credit_.head(layout_.n_units);
}

template <class Scalar>
void Dni<Scalar>::add_drive_gradient(const TemporalContext<Scalar>& context, Index step, Index trial) {
  const Index column = step * context.batch.n_trials + trial, n_units = layout_.n_units;
  const Matrix<Scalar>& guess = steps_[static_cast<std::size_t>(step)].guess;
  source_ << context.network.trajectory().rates.matrix().col(column), context.batch.inputs.col(column);
  for (Index g = 0; g < layout_.n_drives; ++g) {
    drive_credit_.setZero();
    for (Index v = 0; v < layout_.n_variables; ++v)
      drive_credit_ += jacobian_.drive(v, g).cwiseProduct(guess.col(trial).segment(v * n_units, n_units));
    drive_gradient_.middleRows(g * n_units, n_units).noalias() += drive_credit_ * source_.transpose();
  }
}

template <class Scalar>
void Dni<Scalar>::add_to(const RecurrentNetwork<Scalar>& network, ParameterSet<Scalar>& gradient) const {
  network.cell().add_drive_gradient(network.parameters(), drive_gradient_, gradient);
  for (const ParameterBlock& block : gradient.layout.blocks())
    if (block.role == ParameterRole::initial_state) gradient.block(block.name).col(0) += initial_gradient_;
}

template <class Scalar>
void Dni<Scalar>::improve() {
  synthesizer_.noalias() -= static_cast<Scalar>(rate_) / features_.squaredNorm() * error_ * features_.transpose();
}

template <class Scalar>
void Dni<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit_part("feedback", error_feedback_);
  visitor.visit("synthesizer", synthesizer_);
}

template <class Scalar>
std::vector<RuleCurve> Dni<Scalar>::curves() const {
  return {{"dni_prediction_error", "squared error of the guessed credit over the square of what it should have been"}};
}

template class Dni<float>;
template class Dni<double>;

}  // namespace cohort
