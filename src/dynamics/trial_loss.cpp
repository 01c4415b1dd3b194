#include <cohort/dynamics/trial_loss.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/network/layered_network.hpp>
#include <cohort/network/recurrent_network.hpp>

namespace cohort {
namespace {

void append_zeros(const Eigen::Ref<const MatrixXd, 0, Eigen::OuterStride<>>& values,
                  std::vector<std::uint8_t>& pattern) {
  const auto first = static_cast<Index>(pattern.size());
  pattern.resize(pattern.size() + static_cast<std::size_t>(values.size()));
  Eigen::Map<Eigen::Array<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic>> zeros(pattern.data() + first, values.rows(),
                                                                               values.cols());
  zeros = (values.array() == 0).cast<std::uint8_t>();
}

}  // namespace

TrainingOptions TrialLoss::without_regularizers() {
  TrainingOptions options;
  options.activity_penalty = options.rate_penalty = options.l2 = 0;
  options.regularizers.clear();
  return options;
}

TrialLoss::TrialLoss(Network<double>& network, LearningRule<double>& exact, LossKind loss,
                     const TrialBatch<double>& trials, const TrainingOptions& options)
    : network_(network),
      exact_(exact),
      objective_(loss),
      trials_(trials),
      total_weight_(Objective<double>::total_weight(trials)),
      regularizers_(options),
      gradient_(network.parameters().layout) {
  expects(exact.traits().is_exact, "a rule that leaves nothing out");
}

double TrialLoss::run(const VectorXd& parameters) {
  network_.parameters().values = parameters;
  const Activity<double>& activity = network_.forward(trials_.inputs, trials_.n_trials);
  objective_.output_error(trials_, activity.outputs, total_weight_, output_error_);
  return objective_.trial_losses(trials_, activity.outputs, total_weight_).sum();
}

UpdateContext<double> TrialLoss::context(const MatrixXd& output_error) const {
  return {network_, trials_, network_.activity(), output_error, {}, objective_, total_weight_};
}

const VectorXd& TrialLoss::pull_back(const MatrixXd& output_error) {
  gradient_.values.setZero();
  exact_.add_gradient(context(output_error), gradient_);
  return gradient_.values;
}

const VectorXd& TrialLoss::gradient() {
  pull_back(output_error_);
  RegularizerValues values;
  regularizers_.add_gradient(network_.parameters(), gradient_, values);
  return gradient_.values;
}

const VectorXd& TrialLoss::gradient_of(LearningRule<double>& rule) {
  gradient_.values.setZero();
  rule.add_gradient(context(output_error_), gradient_);
  return gradient_.values;
}

const VectorXd& TrialLoss::update_of(LearningRule<double>& rule) {
  gradient_of(rule);
  RegularizerValues values;
  regularizers_.add_gradient(network_.parameters(), gradient_, values);
  return gradient_.values;
}

void TrialLoss::write_pattern(std::vector<std::uint8_t>& pattern) const {
  pattern.clear();
  if (const auto* recurrent = dynamic_cast<const RecurrentNetwork<double>*>(&network_)) {
    append_zeros(recurrent->trajectory().rates.matrix(), pattern);
    if (recurrent->trajectory().saved.cols() > 0) append_zeros(recurrent->trajectory().saved.matrix(), pattern);
  } else if (const auto* layered = dynamic_cast<const LayeredNetwork<double>*>(&network_)) {
    for (Index layer = 1; layer <= static_cast<Index>(layered->layers().size()); ++layer)
      append_zeros(layered->slope_of(layer), pattern);
  }
}

}  // namespace cohort
