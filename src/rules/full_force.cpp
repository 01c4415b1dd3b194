#include <cohort/rules/full_force.hpp>

#include <cohort/network/drive_reach.hpp>
#include <cohort/learning/linear_target.hpp>

#include <cmath>

namespace cohort {

template <class Scalar>
Description FullForce<Scalar>::description() {
  Description d;
  d.name = "full_force";
  d.summary = "full-FORCE: all recurrent weights learn to imitate a network driven by the target, within the trial";
  d.equation = "recursive least squares, W h_t → J_D h^D_t + u_f f_t and W_out h_t → f_t; h^D driven by f";
  d.reference = "DePasquale et al. 2018, doi:10.1371/journal.pone.0191527";
  d.parameters = {
      ParameterInfo::integer("every", 2, 1, 1'000'000, "steps", "steps between two updates"),
      ParameterInfo::number("alpha", 1, 1e-9, 1e9, "1", "α, the ridge; small values learn faster"),
      ParameterInfo::number("gain", 1.5, 0, 1e6, "1", "J_D ~ N(0, gain²/N), weights of the driven network"),
      ParameterInfo::number("feedback", 1, 0, 1e6, "1", "u_f ~ U(±feedback), weights of the target into it")};
  d.serves = Served::only({"ctrnn", "rate"});
  d.axes = "no gradient: a driven network gives every unit its target, second order in all weights";
  d.cost = "one forward pass, and O(B N²) time every update; O(N²) memory";
  return d;
}

template <class Scalar>
FullForce<Scalar>::FullForce(const Parameters& parameters)
    : every_(parameters.integer("every")),
      alpha_(parameters.number("alpha")),
      gain_(parameters.number("gain")),
      feedback_gain_(parameters.number("feedback")) {}

template <class Scalar>
void FullForce<Scalar>::check(const RecurrentNetwork<Scalar>& network) const {
  check_free_weights(network, "full_force");
}

template <class Scalar>
void FullForce<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  const Index n_units = network.n_units(), n_inputs = network.n_inputs(), n_outputs = network.n_outputs();
  ParameterLayout layout;
  network.cell().add_parameters(n_inputs + n_outputs, layout);
  driven_ = ParameterSet<Scalar>(layout);
  RandomStream weights = stream.substream(0), feedback = stream.substream(1);
  const double deviation = gain_ / std::sqrt(static_cast<double>(n_units));
  for (const ParameterBlock& block : layout.blocks()) {
    auto values = driven_.block(block.name);
    if (block.role == ParameterRole::recurrent) {
      for (Index i = 0; i < values.size(); ++i) values(i) = static_cast<Scalar>(deviation * weights.normal());
    } else if (block.role == ParameterRole::input) {
      values.leftCols(n_inputs) = network.parameters().block(block.name);
      for (Index i = n_units * n_inputs; i < values.size(); ++i)
        values(i) = static_cast<Scalar>(feedback.uniform(-feedback_gain_, feedback_gain_));
    } else {
      values = network.parameters().block(block.name);
    }
  }
  network.cell().constrain(driven_);  // inputs may reach some of the units only
  recurrent_squares_.emplace(n_units, alpha_);
  readout_squares_.emplace(n_units - network.cell().traits().first_readout_unit, alpha_);
}

/// The driven network goes through the same steps of the same trials.
template <class Scalar>
void FullForce<Scalar>::run_driven(const TemporalContext<Scalar>& context, RecurrentNetwork<Scalar>& network) {
  const TrialBatch<Scalar>& batch = context.batch;
  const Index n_inputs = network.n_inputs(), n_outputs = network.n_outputs(), n_trials = batch.n_trials;
  if (context.first_step == 0) heard_ = Matrix<Scalar>::Zero(n_outputs, n_trials);
  driven_inputs_.resize(n_inputs + n_outputs + 1, batch.n_columns());
  driven_inputs_.topRows(n_inputs) = batch.inputs.topRows(n_inputs);
  driven_inputs_.bottomRows(1).setOnes();
  for (Index column = 0; column < batch.n_columns(); ++column) {
    const Index trial = column % n_trials;
    driven_inputs_.col(column).segment(n_inputs, n_outputs) = heard_.col(trial);
    heard_.col(trial) = LinearTarget<Scalar>(batch, column, n_outputs).value().template cast<Scalar>();
  }
  ForwardOptions<Scalar> pass;
  pass.carry_on = context.first_step > 0;
  network.cell().forward(driven_, driven_inputs_, n_trials, pass, trajectory_);
}

template <class Scalar>
void FullForce<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  RecurrentNetwork<Scalar>& network = context.network;
  run_driven(context, network);
  const Index n_trials = context.batch.n_trials, first = context.batch.n_columns() - n_trials;  // of the last step
  const Index n_seen = network.n_units() - network.cell().traits().first_readout_unit;
  const auto rates = network.trajectory().rates.matrix().middleCols(first + n_trials, n_trials);
  const auto driven_rates = trajectory_.rates.matrix().middleCols(first + n_trials, n_trials);
  const MatrixXd wanted =
      (driven_.block("W") * driven_rates + driven_.block("W_in").rightCols(network.n_outputs()) * heard_)
          .template cast<double>();
  const MatrixXd start = network.parameters().block("W").template cast<double>();
  const MatrixXd readout_start = network.parameters().block("W_out").rightCols(n_seen).template cast<double>();
  const VectorXd offset = network.parameters().block("b_out").col(0).template cast<double>();
  MatrixXd weights = start, readout = readout_start;
  for (Index trial = 0; trial < n_trials; ++trial) {
    const VectorXd rate = rates.col(trial).template cast<double>();
    const VectorXd error = weights * rate - wanted.col(trial);
    weights.noalias() -= error * recurrent_squares_->gain(rate).transpose();
    const LinearTarget<Scalar> target(context.batch, first + trial, network.n_outputs());
    if (!target.is_counted()) continue;
    const VectorXd readout_error = target.error(readout * rate.tail(n_seen) + offset);
    readout.noalias() -= readout_error * readout_squares_->gain(rate.tail(n_seen)).transpose();
  }
  gradient.block("W") -= (weights - start).template cast<Scalar>();
  gradient.block("W_out").rightCols(n_seen) -= (readout - readout_start).template cast<Scalar>();
}

template <class Scalar>
void FullForce<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit("driven", driven_.values);
  visitor.visit_part("recurrent_squares", *recurrent_squares_);
  visitor.visit_part("readout_squares", *readout_squares_);
}

template class FullForce<float>;
template class FullForce<double>;

}  // namespace cohort
