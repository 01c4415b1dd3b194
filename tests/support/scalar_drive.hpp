#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/network/parameter_set.hpp>

#include <cmath>
#include <string>

namespace cohort::test {

/// One pre-activation of one unit by plain loops: Σ W_ij h_j + Σ W_in_ij x_j + b_i. A part without a name is left out.
inline double scalar_drive(const ParameterSet<double>& p, Index unit, const std::string& recurrent, const VectorXd& h,
                           const std::string& input, const VectorXd& x, const std::string& bias) {
  double sum = p.block(bias)(unit);
  if (!recurrent.empty())
    for (Index j = 0; j < h.size(); ++j) sum += p.block(recurrent)(unit, j) * h[j];
  if (!input.empty())
    for (Index j = 0; j < x.size(); ++j) sum += p.block(input)(unit, j) * x[j];
  return sum;
}

inline double scalar_sigmoid(double u) { return 1 / (1 + std::exp(-u)); }

/// Inputs of `n_trials` trials, 3 rows and one of ones.
inline MatrixXd scalar_test_inputs(Index n_steps, Index n_trials) {
  RandomStream stream("test-inputs", "", 1);
  MatrixXd inputs = MatrixXd::NullaryExpr(4, n_steps * n_trials, [&] { return stream.normal(); });
  inputs.row(3).setOnes();
  return inputs;
}

}  // namespace cohort::test
