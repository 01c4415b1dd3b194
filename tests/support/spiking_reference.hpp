#pragma once

#include <support/random_network.hpp>

#include <cmath>
#include <functional>

namespace cohort::test {

/// Standard normal numbers that follow from `what` they are for.
inline MatrixXd spiking_test_matrix(Index rows, Index cols, const std::string& what) {
  RandomStream stream("test-matrix", what, 1);
  return MatrixXd::NullaryExpr(rows, cols, [&] { return stream.normal(); });
}

/// Trials for spiking cells: normal inputs with their last row of ones.
struct SpikingTrials {
  Index n_steps = 60, n_trials = 4;
  MatrixXd inputs;  ///< [4 x n_steps * n_trials]

  SpikingTrials() : inputs(spiking_test_matrix(kInputs + 1, n_steps * n_trials, "inputs")) {
    inputs.row(kInputs).setOnes();
  }
  /// The columns of one trial; with `n_more` = 1 of a matrix that begins at moment 0.
  auto columns(Index trial, Index n_more = 0) const { return Eigen::seqN(trial, n_steps + n_more, n_trials); }
  MatrixXd inputs_of(Index trial) const { return inputs(Eigen::all, columns(trial)); }

  static constexpr Index kInputs = 3, kOutputs = 2;
};

/// Integrate-and-fire units as their equations say, one number at a time: independent of the cells.
struct SpikingReference {
  VectorXd alpha, rho, beta;  ///< [n_units]; beta 0 for units that do not adapt
  double theta = 0.1;
  bool scales_drives = true;  ///< ζ = 1 - α, else 1
  Index refractory = 0;
  std::function<double(double)> surrogate = [](double x) { return std::max(0.0, 1 - std::abs(x)); };
  double damping = 0.3, width = 1;

  /// Of one trial: [n_units x n_steps + 1], first column the start.
  struct Course {
    MatrixXd v, a, z, psi;
  };

  double zeta(Index unit) const { return scales_drives ? 1 - alpha[unit] : 1; }

  /// `inputs` [n_inputs + 1 x n_steps] of one trial.
  Course run(const ParameterSet<double>& p, const MatrixXd& inputs) const {
    const auto w = p.block("W"), w_in = p.block("W_in"), b = p.block("b");
    const Index n = w.rows(), n_steps = inputs.cols();
    const MatrixXd zeros = MatrixXd::Zero(n, n_steps + 1);
    Course course{zeros, zeros, zeros, zeros};
    auto& [v, a, z, psi] = course;
    std::vector<Index> last_spike(static_cast<std::size_t>(n), -1000000);
    for (Index t = 0; t <= n_steps; ++t) {
      for (Index i = 0; i < n; ++i) {
        if (t > 0) {
          double drive = b(i);
          for (Index j = 0; j < n; ++j) drive += w(i, j) * z(j, t - 1);
          for (Index j = 0; j < w_in.cols(); ++j) drive += w_in(i, j) * inputs(j, t - 1);
          v(i, t) = alpha[i] * v(i, t - 1) + zeta(i) * drive - theta * z(i, t - 1);
          a(i, t) = rho[i] * a(i, t - 1) + z(i, t - 1);
        }
        const double distance = v(i, t) - (theta + beta[i] * a(i, t));
        if (t - last_spike[static_cast<std::size_t>(i)] < refractory) continue;
        psi(i, t) = damping / theta * surrogate(distance / (width * theta));
        if (distance < 0) continue;
        z(i, t) = 1;
        last_spike[static_cast<std::size_t>(i)] = t;
      }
    }
    return course;
  }

  /// e-prop by explicit eligibility traces carried forward in time (Bellec et al. 2020, eq. 22 to 28): of one trial,
  /// dE/d[W, W_in, b] [n_units x n_units + n_inputs + 1] for the learning signals L [n_units x n_steps] of the spikes
  /// and a readout leak κ.
  ///
  ///     z̄_j ← α z̄_j + ζ z_j,   e = ψ_i (z̄_j - β ε_a),   ε_a ← ρ ε_a + e,   ē ← κ ē + (1-κ) e,   dW = Σ L_i ē
  MatrixXd eprop(const Course& course, const MatrixXd& inputs, const MatrixXd& signal, double kappa) const {
    const Index n = course.z.rows(), n_sources = n + inputs.rows();
    MatrixXd result = MatrixXd::Zero(n, n_sources);
    for (Index i = 0; i < n; ++i) {
      VectorXd trace = VectorXd::Zero(n_sources), adaptation = trace, filtered = trace, source(n_sources);
      for (Index t = 1; t <= inputs.cols(); ++t) {
        source << course.z.col(t - 1), inputs.col(t - 1);
        trace = alpha[i] * trace + zeta(i) * source;
        const VectorXd eligibility = course.psi(i, t) * (trace - beta[i] * adaptation);
        adaptation = rho[i] * adaptation + eligibility;
        filtered = kappa * filtered + (1 - kappa) * eligibility;
        result.row(i) += signal(i, t - 1) * filtered;
      }
    }
    return result;
  }
};

/// How a cell's spikes compare with those of the equations, over all trials.
struct SpikeComparison {
  double n_different = 0;
  double rate = 0;  ///< spikes per unit and step
};

inline SpikeComparison compare_spikes(const std::string& cell, const SpikingReference& reference) {
  const SpikingTrials trials;
  const auto network = random_network<double>(cell, trials.kInputs, trials.kOutputs);
  network->forward(trials.inputs, trials.n_trials);
  const MatrixXd rates = network->trajectory().rates.matrix();
  SpikeComparison result{0, rates.rightCols(trials.inputs.cols()).mean()};
  for (Index trial = 0; trial < trials.n_trials; ++trial) {
    const auto course = reference.run(network->parameters(), trials.inputs_of(trial));
    result.n_different += (course.z - rates(Eigen::all, trials.columns(trial, 1))).cwiseAbs().sum();
  }
  return result;
}

/// e-prop as the backward pass computes it, for errors, feedback and regularizers drawn at random, against explicit
/// traces: relative differences of the gradient of [W, W_in, b].
struct EpropComparison {
  double to_traces = 0;
  double to_bptt = 0;
};

inline EpropComparison compare_eprop(const std::string& cell, const SpikingReference& reference, double kappa) {
  const SpikingTrials trials;
  const auto network = random_network<double>(cell, trials.kInputs, trials.kOutputs);
  network->forward(trials.inputs, trials.n_trials);
  const Index n = network->n_units();
  const MatrixXd error = spiking_test_matrix(trials.kOutputs, trials.inputs.cols(), "error");
  const MatrixXd feedback = spiking_test_matrix(n, trials.kOutputs, "feedback");
  DirectCredit<double> direct;
  direct.rate_weight = 0.4;
  direct.offset = spiking_test_matrix(n, 1, "offset");
  const auto gradient_by = [&](CreditPath path) {
    RecurrentCredit<double> credit;
    credit.path = path;
    ParameterSet<double> gradient(network->parameters().layout);
    network->backward(trials.inputs, error, feedback, direct, credit, gradient);
    MatrixXd result(n, n + trials.kInputs + 1);
    result << MatrixXd(gradient.block("W")), MatrixXd(gradient.block("W_in")), MatrixXd(gradient.block("b"));
    return result;
  };
  MatrixXd expected = MatrixXd::Zero(n, n + trials.kInputs + 1);
  for (Index trial = 0; trial < trials.n_trials; ++trial) {
    const MatrixXd inputs = trials.inputs_of(trial);
    const auto course = reference.run(network->parameters(), inputs);
    const MatrixXd from_outputs = feedback * MatrixXd(error(Eigen::all, trials.columns(trial)));
    const MatrixXd from_rates = (direct.rate_weight * course.z.rightCols(trials.n_steps)).colwise() + direct.offset;
    expected += reference.eprop(course, inputs, from_outputs, kappa) + reference.eprop(course, inputs, from_rates, 0);
  }
  return {(gradient_by(CreditPath::none) - expected).norm() / expected.norm(),
          (gradient_by(CreditPath::full) - expected).norm() / expected.norm()};
}

}  // namespace cohort::test
