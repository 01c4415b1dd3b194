#include <cohort/dynamics/output_jacobian.hpp>

#include <cohort/core/errors.hpp>

namespace cohort {

OutputJacobian::OutputJacobian(Network<double>& network, LearningRule<double>& exact, const TrialBatch<double>& trials)
    : network_(network), exact_(exact), trials_(trials) {
  expects(exact.traits().is_exact, "a rule that leaves nothing out");
}

/// One trial as a batch of its own. Only its inputs count for derivatives of outputs.
void OutputJacobian::select(Index trial) {
  one_.n_trials = 1;
  one_.n_steps = trials_.n_steps;
  one_.inputs.resize(trials_.inputs.rows(), trials_.n_steps);
  for (Index step = 0; step < trials_.n_steps; ++step)
    one_.inputs.col(step) = trials_.inputs.col(step * trials_.n_trials + trial);
}

MatrixXd OutputJacobian::of(const std::vector<Sample>& samples) {
  const Index n_outputs = network_.n_outputs();
  MatrixXd rows(static_cast<Index>(samples.size()) * n_outputs, network_.parameters().values.size());
  ParameterSet<double> gradient(network_.parameters().layout);
  MatrixXd error = MatrixXd::Zero(n_outputs, trials_.n_steps);
  Index row = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i == 0 || samples[i].trial != samples[i - 1].trial) {
      select(samples[i].trial);
      network_.forward(one_.inputs, 1);
    }
    for (Index output = 0; output < n_outputs; ++output) {
      error(output, samples[i].step) = 1;
      gradient.values.setZero();
      exact_.add_gradient({network_, one_, network_.activity(), error}, gradient);
      rows.row(row++) = gradient.values.transpose();
      error(output, samples[i].step) = 0;
    }
  }
  return rows;
}

}  // namespace cohort
