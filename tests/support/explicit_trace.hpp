#pragma once

#include <cohort/network/activation.hpp>
#include <cohort/network/recurrent_network.hpp>
#include <cohort/tasks/trial_batch.hpp>

namespace cohort::test {

/// The gradient of a `ctrnn` without constraints by explicit traces carried forward in time: for every trial the full
/// sensitivity of each unit's voltage to each recurrent, input, bias and initial-state parameter, [n_units x
/// n_parameters]. Credit that crosses one connection only has a second sensitivity of its own.
///
/// `signal` is dE/dh of the outputs, [n_units x n_steps * n_trials]; `rate_weight` · h is added to it. Independent of
/// the adjoint in the cell: no backward pass, no packed products, another order of sums. With the whole recurrent path
/// it is real-time recurrent learning (Williams & Zipser 1989); without it the traces are e-prop's.
inline Vector<double> explicit_trace_gradient(const RecurrentNetwork<double>& network, const TrialBatch<double>& batch,
                                              const Matrix<double>& output_error, const Matrix<double>& signal,
                                              double rate_weight, const RecurrentCredit<double>& credit,
                                              Activation activation, double alpha) {
  const auto& parameters = network.parameters();
  const MatrixXd w = parameters.block("W"), w_in = parameters.block("W_in");
  const VectorXd b = parameters.block("b"), a_0 = parameters.block("a_0");
  const Index n = w.rows(), n_inputs = w_in.cols();
  MatrixXd kept = MatrixXd::Zero(n, n);  // of the recurrent weights, for credit
  if (credit.path == CreditPath::full) kept = w;
  if (credit.path == CreditPath::self) kept = w.diagonal().asDiagonal();
  if (credit.path == CreditPath::given) kept = credit.weights;
  const auto rate_of = [&](const VectorXd& a) {
    return visit_activation(activation, [&](auto f) -> VectorXd { return f.value(a.array()).matrix(); });
  };
  const auto slope_of = [&](const VectorXd& h) {
    return visit_activation(activation, [&](auto f) -> VectorXd { return f.slope(h.array()).matrix(); });
  };
  ParameterSet<double> gradient(parameters.layout);
  for (Index trial = 0; trial < batch.n_trials; ++trial) {
    VectorXd a = a_0, h = rate_of(a_0);
    MatrixXd trace = MatrixXd::Zero(n, parameters.layout.block("W_out").offset);  // da / d(cell parameters)
    MatrixXd hop = trace;                                                         // the part through one connection
    trace.middleCols(parameters.layout.block("a_0").offset, n).setIdentity();
    for (Index step = 0; step < batch.n_steps; ++step) {
      const Index column = step * batch.n_trials + trial;
      const VectorXd x = batch.inputs.col(column).head(n_inputs);
      const bool cut = credit.horizon > 0 && (batch.n_steps - step) % credit.horizon == 0;
      const VectorXd slope = credit.constant_slope > 0 ? VectorXd::Constant(n, credit.constant_slope) : slope_of(h);
      MatrixXd crossing = MatrixXd::Zero(n, trace.cols());
      if (!cut) crossing = alpha * kept * slope.asDiagonal() * trace;
      MatrixXd next = (1 - alpha) * trace;
      if (credit.hops == CreditHops::all) {
        next += crossing;
      } else {
        hop = (credit.hops == CreditHops::one_filtered ? 1 - alpha : 0.0) * hop + crossing;
      }
      for (Index unit = 0; unit < n; ++unit) {
        for (Index j = 0; j < n; ++j) next(unit, parameters.layout.block("W").offset + j * n + unit) += alpha * h[j];
        for (Index j = 0; j < n_inputs; ++j)
          next(unit, parameters.layout.block("W_in").offset + j * n + unit) += alpha * x[j];
        next(unit, parameters.layout.block("b").offset + unit) += alpha;
      }
      a = (1 - alpha) * a + alpha * (w * h + w_in * x + b);
      h = rate_of(a);
      trace = next;
      const VectorXd own_signal = signal.col(column) + rate_weight * h;
      gradient.values.head(trace.cols()) += (trace + hop).transpose() * slope_of(h).cwiseProduct(own_signal);
      gradient.block("W_out") += output_error.col(column) * h.transpose();
      gradient.block("b_out") += output_error.col(column);
    }
  }
  return gradient.values;
}

}  // namespace cohort::test
