#include <cohort/rules/force.hpp>

#include <cohort/network/drive_reach.hpp>
#include <cohort/learning/linear_target.hpp>

namespace cohort {

template <class Scalar>
Description Force<Scalar>::description() {
  Description d;
  d.name = "force";
  d.summary = "FORCE: recursive least squares on a readout that is fed back, within the trial";
  d.equation = "k = P h/(1 + hᵀ P h), P ← P - k hᵀ P, W_out ← W_out - e kᵀ, W ← W - u e kᵀ; P = I/α at the start";
  d.reference = "Sussillo & Abbott 2009, doi:10.1016/j.neuron.2009.07.018";
  d.parameters = {ParameterInfo::integer("every", 2, 1, 1'000'000, "steps", "steps between two updates"),
                  ParameterInfo::number("alpha", 1, 1e-9, 1e9, "1", "α, the ridge; small values learn faster"),
                  ParameterInfo::number("feedback", 1, 0, 1e6, "1", "u ~ U(±feedback), what feeds the output back")};
  d.serves = Served::only({"ctrnn", "rate"});
  d.axes = "no gradient through time: error of the moment, second order in the readout; random feedback of the output";
  d.cost = "O(B N²) time every update; O(N²) memory";
  return d;
}

template <class Scalar>
Force<Scalar>::Force(const Parameters& parameters)
    : every_(parameters.integer("every")), alpha_(parameters.number("alpha")), gain_(parameters.number("feedback")) {}

template <class Scalar>
void Force<Scalar>::check(const RecurrentNetwork<Scalar>& network) const {
  check_free_weights(network, "force");
}

template <class Scalar>
void Force<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  RandomStream own = stream;
  feedback_.resize(network.n_units(), network.n_outputs());
  for (Index i = 0; i < feedback_.size(); ++i) feedback_(i) = own.uniform(-gain_, gain_);
  squares_.emplace(network.n_units() - network.cell().traits().first_readout_unit, alpha_);
}

template <class Scalar>
void Force<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  const RecurrentNetwork<Scalar>& network = context.network;
  const Index n_seen = network.n_units() - network.cell().traits().first_readout_unit;
  const Index n_trials = context.batch.n_trials, first = context.batch.n_columns() - n_trials;  // of the last step
  const auto rates = network.trajectory().rates.matrix().middleCols(first + n_trials, n_trials);
  const MatrixXd start = network.parameters().block("W_out").rightCols(n_seen).template cast<double>();
  const VectorXd offset = network.parameters().block("b_out").col(0).template cast<double>();
  MatrixXd readout = start;
  for (Index trial = 0; trial < n_trials; ++trial) {
    const LinearTarget<Scalar> target(context.batch, first + trial, network.n_outputs());
    if (!target.is_counted()) continue;
    const VectorXd seen = rates.col(trial).tail(n_seen).template cast<double>();
    const VectorXd error = target.error(readout * seen + offset);
    readout.noalias() -= error * squares_->gain(seen).transpose();
  }
  const MatrixXd change = readout - start;
  gradient.block("W_out").rightCols(n_seen) -= change.template cast<Scalar>();
  gradient.block("W").rightCols(n_seen) -= (feedback_ * change).template cast<Scalar>();
}

template <class Scalar>
void Force<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit("feedback", feedback_);
  visitor.visit_part("squares", *squares_);
}

template class Force<float>;
template class Force<double>;

}  // namespace cohort
