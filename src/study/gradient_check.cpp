#include <cohort/study/gradient_check.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/trial_steps.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace cohort {
namespace {

constexpr Index kMostTrials = 8;
constexpr std::uint64_t kDraws = 20;
constexpr double kStep = 1e-6;
constexpr int kDirectionsPerBlock = 2;
// Many parameters start at zero, where activations with a kink have no derivative: all are moved a little.
constexpr double kNudge = 0.01;

/// One network on one batch, asked for losses and gradients.
class Probe {
 public:
  Probe(RunParts<double>& parts, Index n_trials) : network_(*parts.network), objective_(parts.task->info().loss) {
    fill_training_batch(*parts.task, parts.streams.training, 0, n_trials, batch_);
    weight_ = Objective<double>::total_weight(batch_);
    RandomStream stream("check gradients", "nudge", 0);
    for (double& value : network_.parameters().values) value += kNudge * stream.normal();
  }

  double loss() {
    const auto& activity = network_.forward(batch_.inputs, batch_.n_trials);
    return objective_.trial_losses(batch_, activity.outputs, weight_).sum();
  }

  void begin(LearningRule<double>& rule, const RandomStream& stream) const { rule.begin(network_, stream); }

  /// The rule's gradient of the whole batch at update number `update`, summed over the parts of an online rule.
  VectorXd gradient(LearningRule<double>& rule, std::uint64_t update = 0) {
    ParameterSet<double> sum(network_.parameters().layout);
    const Index every = rule.traits().steps_per_update > 0 ? rule.traits().steps_per_update : batch_.n_steps;
    TrialBatch<double> part;
    MatrixXd error;
    for (Index first = 0; first < batch_.n_steps; first += every) {
      copy_steps(batch_, first, std::min(every, batch_.n_steps - first), part);
      ForwardOptions<double> pass;
      pass.carry_on = first > 0;
      const auto& activity = network_.forward(part.inputs, part.n_trials, pass);
      objective_.output_error(part, activity.outputs, weight_, error);
      ParameterSet<double> gradient(network_.parameters().layout);
      rule.add_gradient({network_, part, activity, error, {}, objective_, weight_, first, nullptr, update}, gradient);
      sum.values += gradient.values;
    }
    return sum.values;
  }

  /// Central differences along random directions, each within one block of parameters, against gradient · direction.
  double difference_error(const VectorXd& gradient, RandomStream stream) {
    double wrong = 0, all = 0;
    VectorXd& values = network_.parameters().values;
    const VectorXd start = values;
    for (const ParameterBlock& block : network_.parameters().layout.blocks()) {
      for (int repeat = 0; repeat < kDirectionsPerBlock; ++repeat) {
        VectorXd direction = VectorXd::Zero(values.size());
        for (Index i = 0; i < block.rows * block.cols; ++i) direction[block.offset + i] = stream.normal();
        direction.normalize();
        values = start + kStep * direction;
        const double above = loss();
        values = start - kStep * direction;
        const double slope = (above - loss()) / (2 * kStep);
        values = start;
        wrong += std::pow(gradient.dot(direction) - slope, 2);
        all += slope * slope;
      }
    }
    return std::sqrt(wrong / all);
  }

  /// The entries before those of the readout, which is learned exactly by nearly every rule.
  VectorXd without_readout(const VectorXd& gradient) const {
    const auto& blocks = network_.parameters().layout.blocks();
    const auto readout = std::find_if(blocks.begin(), blocks.end(), [](const ParameterBlock& block) {
      return block.role == ParameterRole::readout || block.role == ParameterRole::readout_bias;
    });
    return gradient.head(readout == blocks.end() ? gradient.size() : readout->offset);
  }
  NetworkTraits traits() const { return network_.traits(); }

 private:
  Network<double>& network_;
  Objective<double> objective_;
  TrialBatch<double> batch_;
  double weight_ = 1;
};

double cosine_of(const VectorXd& a, const VectorXd& b) { return a.norm() > 0 ? a.dot(b) / (a.norm() * b.norm()) : 0; }

GradientCheck check_pair(const Study& study, const Run& run) {
  auto parts = make_parts<double>(study, run);
  Probe probe(parts, std::min(study.training.batch, kMostTrials));
  GradientCheck check{level_of(study, run, Factor::rule).text, level_of(study, run, Factor::architecture).text};
  check.is_exact = parts.rule->traits().is_exact;
  check.has_gradient = parts.rule->traits().kind == UpdateKind::gradient;
  const auto reference = reference_rule<double>(level_of(study, run, Factor::architecture).family);
  probe.begin(*reference, parts.streams.rule);
  probe.begin(*parts.rule, parts.streams.rule);
  const VectorXd truth = probe.gradient(*reference), gradient = probe.gradient(*parts.rule);
  const VectorXd g = probe.without_readout(gradient), t = probe.without_readout(truth);
  check.cosine = cosine_of(g, t);
  check.norm_ratio = g.norm() / t.norm();
  VectorXd sum = g;
  for (std::uint64_t draw = 1; draw < kDraws; ++draw) {
    const VectorXd other = probe.without_readout(probe.gradient(*parts.rule, draw));
    if (draw == 1) check.is_random = other != g;
    if (!check.is_random) break;
    sum += other;
  }
  check.mean_cosine = check.is_random ? cosine_of(sum, t) : check.cosine;
  if (check.has_gradient && !probe.traits().is_spiking)
    check.difference_error = probe.difference_error(gradient, RandomStream("check gradients", run.streams, study.seed));
  if (check.is_exact)
    check.agrees = probe.traits().is_spiking ? (g - t).norm() <= gradient_tolerance * t.norm()
                                             : check.difference_error <= gradient_tolerance;
  return check;
}

}  // namespace

std::vector<GradientCheck> check_gradients(const Study& study, const Design& design) {
  std::vector<GradientCheck> checks;
  for (const std::size_t run : design.first_of_each(Factor::rule, Factor::architecture))
    checks.push_back(check_pair(study, design[run]));
  return checks;
}

}  // namespace cohort
