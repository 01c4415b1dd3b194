#include <cohort/learning/forward_mode.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/learning/credit_axes.hpp>
#include <cohort/network/drive_reach.hpp>

namespace cohort {

template <class Scalar>
void ForwardMode<Scalar>::describe(Description& description) {
  FeedbackAxis{}.describe(description);
  CreditAxes::describe_schedule(description);
}

template <class Scalar>
ForwardMode<Scalar>::ForwardMode(const Parameters& parameters)
    : steps_per_update_(parameters.integer("every")),
      feedback_kind_(FeedbackAxis::from(parameters).kind),
      error_feedback_(FeedbackAxis::from(parameters)) {}

template <class Scalar>
void ForwardMode<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream, Make make) {
  error_feedback_.begin(network, stream);
  layout_ = InfluenceLayout::of(network);
  make_ = std::move(make);
  carried_.clear();
  unit_gradient_.resize(layout_.n_rows(), layout_.n_units);
  drive_gradient_.resize(layout_.n_drives * layout_.n_units, layout_.n_sources);
  source_.resize(layout_.n_sources);
  rate_credit_.resize(layout_.n_units);
  no_feedback_ = Matrix<Scalar>::Zero(layout_.n_units, network.n_outputs());
}

template <class Scalar>
void ForwardMode<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  RecurrentNetwork<Scalar>& network = context.network;
  prepare(context);
  unit_gradient_.setZero();
  for (Index trial = 0; trial < context.batch.n_trials; ++trial)
    walk(context, trial, carried_[steps_per_update_ > 0 ? static_cast<std::size_t>(trial) : 0]);
  add_to(network, gradient);
  network.add_readout_gradient(context.output_error, gradient);
}

template <class Scalar>
void ForwardMode<Scalar>::prepare(const TemporalContext<Scalar>& context) {
  const RecurrentNetwork<Scalar>& network = context.network;
  const Trajectory<Scalar>& trajectory = network.trajectory();
  const std::size_t n_carried = steps_per_update_ > 0 ? static_cast<std::size_t>(context.batch.n_trials) : 1;
  expects(context.first_step == 0 || carried_.size() == n_carried, "the parts of a trial one after the other");
  for (std::size_t i = carried_.size(); i < n_carried; ++i) carried_.push_back({make_(layout_), {}});
  carried_.resize(n_carried);
  const bool has_leak = network.cell().traits().readout_decay > 0;
  jacobian_.begin(network.cell(), network.parameters());
  feedback_ = error_feedback_.weights(network, context.update);
  if (steps_.size() < static_cast<std::size_t>(trajectory.n_steps))
    steps_.resize(static_cast<std::size_t>(trajectory.n_steps));
  for (Index index = 0; index < trajectory.n_steps; ++index) {
    Step& step = steps_[static_cast<std::size_t>(index)];
    network.cell().linearize(trajectory, index, step.derivatives);
    network.learning_signal(index, context.output_error, has_leak ? no_feedback_ : feedback_, context.direct,
                            step.signal);
  }
}

template <class Scalar>
void ForwardMode<Scalar>::walk(const TemporalContext<Scalar>& context, Index trial, Carried& carried) {
  const RecurrentNetwork<Scalar>& network = context.network;
  const Trajectory<Scalar>& trajectory = network.trajectory();
  const TrialBatch<Scalar>& batch = context.batch;
  for (Index step = 0; step < batch.n_steps; ++step) {
    const Index column = step * batch.n_trials + trial, moment = context.first_step + step;
    jacobian_.select(at(step).derivatives, trial);
    if (moment == 0) {
      carried.influence->start(jacobian_, {context.update, trial, 0});
      if (network.cell().traits().readout_decay > 0)
        carried.outputs.assign(static_cast<std::size_t>(network.n_outputs()),
                               Matrix<Scalar>::Zero(layout_.n_rows(), layout_.n_units));
    }
    source_ << trajectory.rates.matrix().col(column), batch.inputs.col(column);
    carried.influence->advance(jacobian_, source_, {context.update, trial, moment + 1});
    add_step(context, step, trial, carried);
  }
}

/// Most steps of many tasks have no error, and their influence need not be weighed.
template <class Scalar>
void ForwardMode<Scalar>::add_step(const TemporalContext<Scalar>& context, Index step, Index trial, Carried& carried) {
  rate_credit_ = at(step).signal.col(trial);
  if ((rate_credit_.array() != 0).any()) carried.influence->add_gradient(jacobian_, rate_credit_, unit_gradient_);
  if (!carried.outputs.empty()) add_through_leak(context, step * context.batch.n_trials + trial, carried);
}

template <class Scalar>
void ForwardMode<Scalar>::add_through_leak(const TemporalContext<Scalar>& context, Index column, Carried& carried) {
  const auto kappa = static_cast<Scalar>(context.network.cell().traits().readout_decay);
  for (Index output = 0; output < feedback_.cols(); ++output) {
    Matrix<Scalar>& filtered = carried.outputs[static_cast<std::size_t>(output)];
    filtered *= kappa;
    rate_credit_ = (1 - kappa) * feedback_.col(output);
    carried.influence->add_gradient(jacobian_, rate_credit_, filtered);
    unit_gradient_ += context.output_error(output, column) * filtered;
  }
}

template <class Scalar>
void ForwardMode<Scalar>::add_to(const RecurrentNetwork<Scalar>& network, ParameterSet<Scalar>& gradient) {
  for (Index drive = 0; drive < layout_.n_drives; ++drive)
    drive_gradient_.middleRows(drive * layout_.n_units, layout_.n_units) =
        unit_gradient_.middleRows(drive * layout_.n_sources, layout_.n_sources).transpose();
  network.cell().add_drive_gradient(network.parameters(), drive_gradient_, gradient);
  for (const ParameterBlock& block : gradient.layout.blocks())
    if (block.role == ParameterRole::initial_state)
      gradient.block(block.name).col(0) += unit_gradient_.row(layout_.initial_row()).transpose();
}

template class ForwardMode<float>;
template class ForwardMode<double>;

}  // namespace cohort
