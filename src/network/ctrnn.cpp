#include <cohort/network/ctrnn.hpp>

#include <cohort/core/errors.hpp>

namespace cohort {
namespace {

// Credit of this many columns is collected before it goes into the weight gradient, so that the product is long
// enough to be efficient and short enough to stay in the cache.
constexpr Index kGradientColumns = 128;

}  // namespace

template <class Scalar>
Description Ctrnn<Scalar>::description() {
  Description d;
  d.name = "ctrnn";
  d.summary = "continuous-time recurrent network, voltage form, learned initial voltage";
  d.equation = "a_t = (1-α) a_{t-1} + α (W h_{t-1} + W_in x_t + b), h_t = f(a_t), α = 1/τ; y_t = W_out h_t + b_out";
  d.reference = "Miller & Fumarola 2012, doi:10.1162/NECO_a_00221; Liu, Yang & Cueva 2025";
  d.parameters = {ParameterInfo::integer("units", 100, 1, 100000, "units", "number of units N"),
                  ParameterInfo::choice("activation", "retanh", activation_names(), "f; retanh = max(tanh a, 0)"),
                  ParameterInfo::number("tau", 10, 1, 1e9, "steps", "time constant τ")};
  return d;
}

template <class Scalar>
Ctrnn<Scalar>::Ctrnn(const Parameters& parameters)
    : n_units_(parameters.integer("units")),
      activation_(activation_from(parameters.text("activation"))),
      alpha_(static_cast<Scalar>(1 / parameters.number("tau"))),
      recurrent_(n_units_, n_units_),
      credit_weights_(n_units_, n_units_),
      recurrent_gradient_(n_units_, n_units_) {}

template <class Scalar>
void Ctrnn<Scalar>::add_parameters(Index n_inputs, ParameterLayout& layout) const {
  layout.add("W", ParameterRole::recurrent, n_units_, n_units_);
  layout.add("W_in", ParameterRole::input, n_units_, n_inputs);
  layout.add("b", ParameterRole::bias, n_units_, 1);
  layout.add("a_0", ParameterRole::initial_state, n_units_, 1);
}

template <class Scalar>
void Ctrnn<Scalar>::pack(const ParameterSet<Scalar>& parameters) {
  const Vector<Scalar> alpha = Vector<Scalar>::Constant(1, alpha_);
  recurrent_.pack(parameters.block("W"), alpha);
  const auto input = parameters.block("W_in");
  if (input_.cols() != input.cols() + 1) {
    input_ = PackedMatrix<Scalar>(n_units_, input.cols() + 1);
    input_gradient_.resize(n_units_, input.cols() + 1);
  }
  Matrix<Scalar> with_bias(n_units_, input.cols() + 1);
  with_bias << input, parameters.block("b");
  input_.pack(with_bias, alpha);
}

template <class Scalar>
void Ctrnn<Scalar>::forward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs, Index n_trials,
                            Trajectory<Scalar>& trajectory) {
  const Index n_steps = inputs.cols() / n_trials;
  trajectory.n_trials = n_trials;
  trajectory.n_steps = n_steps;
  trajectory.rates.resize(n_units_, (n_steps + 1) * n_trials);
  voltage_.resize(n_units_, 2 * n_trials);
  pack(parameters);
  voltage_.matrix().leftCols(n_trials).colwise() = parameters.block("a_0").col(0);
  visit_activation(activation_, [&](auto f) {
    PaddedMatrix<Scalar>& rates = trajectory.rates;
    rates.array(0, n_trials) = f.value(voltage_.array(0, n_trials));
    for (Index step = 0; step < n_steps; ++step) {
      const Index before = step % 2 * n_trials, after = n_trials - before;
      Scalar* voltage = voltage_.column(after);
      multiply(input_, inputs.col(step * n_trials).data(), inputs.rows(), n_trials, voltage, voltage_.stride(),
               Write::replace);
      multiply(recurrent_, rates.column(step * n_trials), rates.stride(), n_trials, voltage, voltage_.stride(),
               Write::add);
      voltage_.array(after, n_trials) += (1 - alpha_) * voltage_.array(before, n_trials);
      rates.array((step + 1) * n_trials, n_trials) = f.value(voltage_.array(after, n_trials));
    }
  });
}

template <class Scalar>
void Ctrnn<Scalar>::pack_credit(const ParameterSet<Scalar>& parameters, const RecurrentCredit<Scalar>& credit,
                                Index n_trials) {
  const Vector<Scalar> alpha = Vector<Scalar>::Constant(1, alpha_);
  if (credit.path == CreditPath::full) credit_weights_.pack_transposed(parameters.block("W"), alpha);
  if (credit.path == CreditPath::given) credit_weights_.pack_transposed(credit.weights, alpha);
  if (credit.path == CreditPath::self) self_weights_ = alpha_ * parameters.block("W").diagonal();
  if (credit.hops != CreditHops::all) {
    hop_.resize(n_units_, 2 * n_trials);
    hop_.set_zero();
  }
  if (credit.constant_slope > 0) flowed_.resize(n_units_, n_trials);
}

/// target block += α Rᵀ source, for n_trials columns from `first`.
template <class Scalar>
void Ctrnn<Scalar>::add_recurrent_credit(const RecurrentCredit<Scalar>& credit, const Scalar* source, Index n_trials,
                                         PaddedMatrix<Scalar>& target, Index first) {
  if (credit.path != CreditPath::self) {
    multiply(credit_weights_, source, target.stride(), n_trials, target.column(first), target.stride(), Write::add);
    return;
  }
  const Eigen::Map<const Matrix<Scalar>, 0, Eigen::OuterStride<>> from(source, n_units_, n_trials,
                                                                       Eigen::OuterStride<>(target.stride()));
  target.matrix().middleCols(first, n_trials).array() += from.array().colwise() * self_weights_.array();
}

template <class Scalar>
void Ctrnn<Scalar>::filter_step(Index step, const Trajectory<Scalar>& trajectory,
                                const RecurrentCredit<Scalar>& credit, const LearningSignal<Scalar>& signal,
                                Index position) {
  const Index n_trials = trajectory.n_trials;
  const Index here = position * n_trials, next = here + n_trials;
  const bool one_hop = credit.hops != CreditHops::all;
  const Index hop_here = step % 2 * n_trials, hop_next = n_trials - hop_here;
  const bool crosses = step + 1 < trajectory.n_steps && credit.crosses(step + 1, trajectory.n_steps);
  signal.write(step, credit_.column(here), credit_.stride());
  visit_activation(activation_, [&](auto f) {
    const auto slope = f.slope(trajectory.rates.array((step + 1) * n_trials, n_trials));
    auto c = credit_.array(here, n_trials);
    if (one_hop) {
      hop_.array(hop_here, n_trials) = slope * c;
      if (credit.hops == CreditHops::one_filtered)
        hop_.array(hop_here, n_trials) += (1 - alpha_) * hop_.array(hop_next, n_trials);
    }
    const Scalar* source = one_hop ? hop_.column(hop_next) : credit_.column(next);
    if (crosses && credit.constant_slope > 0) {
      flowed_.set_zero();
      add_recurrent_credit(credit, source, n_trials, flowed_, 0);
      c = slope * c + credit.constant_slope * flowed_.array(0, n_trials) + (1 - alpha_) * credit_.array(next, n_trials);
      return;
    }
    if (crosses) add_recurrent_credit(credit, source, n_trials, credit_, here);
    c = slope * c + (1 - alpha_) * credit_.array(next, n_trials);
  });
}

template <class Scalar>
void Ctrnn<Scalar>::backward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs,
                             const Trajectory<Scalar>& trajectory, const RecurrentCredit<Scalar>& credit,
                             const LearningSignal<Scalar>& signal, ParameterSet<Scalar>& gradient) {
  const Index n_trials = trajectory.n_trials, n_steps = trajectory.n_steps;
  const PaddedMatrix<Scalar>& rates = trajectory.rates;
  const Index group = std::max<Index>(1, kGradientColumns / n_trials);
  credit_.resize(n_units_, (group + 1) * n_trials);
  pack_credit(parameters, credit, n_trials);
  recurrent_gradient_.set_zero();
  input_gradient_.set_zero();
  credit_.set_zero();
  for (Index end = n_steps; end > 0; end -= std::min(group, end)) {
    const Index n = std::min(group, end), first = end - n;
    // The credit of the step after this group was the first of the group before.
    credit_.array(n * n_trials, n_trials) = credit_.array(0, n_trials);
    for (Index step = end - 1; step >= first; --step) filter_step(step, trajectory, credit, signal, step - first);
    add_outer_products(credit_.column(0), credit_.stride(), n_units_, rates.column(first * n_trials), rates.stride(),
                       n_units_, n * n_trials, recurrent_gradient_.column(0), recurrent_gradient_.stride());
    add_outer_products(credit_.column(0), credit_.stride(), n_units_, inputs.col(first * n_trials).data(),
                       inputs.rows(), inputs.rows(), n * n_trials, input_gradient_.column(0),
                       input_gradient_.stride());
  }
  const Index n_inputs = inputs.rows() - 1;
  gradient.block("W") += alpha_ * recurrent_gradient_.matrix();
  gradient.block("W_in") += alpha_ * input_gradient_.matrix().leftCols(n_inputs);
  gradient.block("b") += alpha_ * input_gradient_.matrix().col(n_inputs);
  add_initial_state_gradient(trajectory, credit, gradient);
}

template <class Scalar>
void Ctrnn<Scalar>::add_initial_state_gradient(const Trajectory<Scalar>& trajectory,
                                               const RecurrentCredit<Scalar>& credit,
                                               ParameterSet<Scalar>& gradient) {
  const Index n_trials = trajectory.n_trials;
  auto result = gradient.block("a_0").col(0);
  result += (1 - alpha_) * credit_.matrix().leftCols(n_trials).rowwise().sum();
  if (!credit.crosses(0, trajectory.n_steps)) return;
  // What step 0 sends back: all its credit, or what has crossed no connection yet (step 0 wrote block 0 of hop_).
  const Scalar* source = credit.hops == CreditHops::all ? credit_.column(0) : hop_.column(0);
  auto through_rates = credit_.array(n_trials, n_trials);
  through_rates.setZero();
  add_recurrent_credit(credit, source, n_trials, credit_, n_trials);
  visit_activation(activation_, [&](auto f) {
    if (credit.constant_slope > 0) {
      through_rates *= credit.constant_slope;
    } else {
      through_rates *= f.slope(trajectory.rates.array(0, n_trials));
    }
  });
  result += credit_.matrix().middleCols(n_trials, n_trials).rowwise().sum();
}

template <class Scalar>
void Ctrnn<Scalar>::step(const ParameterSet<Scalar>& parameters, const Vector<Scalar>& input,
                         const Matrix<Scalar>& states, Matrix<Scalar>& next) const {
  const Vector<Scalar> drive = parameters.block("W_in") * input + parameters.block("b").col(0);
  rates(states, next);
  next = (1 - alpha_) * states + alpha_ * ((parameters.block("W") * next).colwise() + drive);
}

template <class Scalar>
void Ctrnn<Scalar>::state_jacobian(const ParameterSet<Scalar>& parameters, const Vector<Scalar>&,
                                   const Vector<Scalar>& state, Matrix<Scalar>& jacobian) const {
  visit_activation(activation_, [&](auto f) {
    const Eigen::Array<Scalar, Eigen::Dynamic, 1> rate = f.value(state.array());
    const Vector<Scalar> slope = f.slope(rate).matrix();
    jacobian = alpha_ * parameters.block("W") * slope.asDiagonal();
  });
  jacobian.diagonal().array() += 1 - alpha_;
}

template <class Scalar>
void Ctrnn<Scalar>::pull_back(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& states,
                              const Matrix<Scalar>& vectors, Matrix<Scalar>& result) const {
  result.noalias() = parameters.block("W").transpose() * vectors;
  visit_activation(activation_, [&](auto f) {
    const Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic> rate = f.value(states.array());
    result.array() = (1 - alpha_) * vectors.array() + alpha_ * f.slope(rate) * result.array();
  });
}

template <class Scalar>
void Ctrnn<Scalar>::rates(const Matrix<Scalar>& states, Matrix<Scalar>& result) const {
  visit_activation(activation_, [&](auto f) { result = f.value(states.array()).matrix(); });
}

template <class Scalar>
Vector<Scalar> Ctrnn<Scalar>::initial_state(const ParameterSet<Scalar>& parameters) const {
  return parameters.block("a_0").col(0);
}

template class Ctrnn<float>;
template class Ctrnn<double>;

}  // namespace cohort
