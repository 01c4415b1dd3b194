#include <cohort/tasks/yang_2019.hpp>

#include "yang_2019_plan.hpp"

#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/noise.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace cohort {
namespace {

constexpr Index kRing = 32;
constexpr double kPi = std::numbers::pi;
constexpr double kFixating = 0.8, kRest = 0.05;  // targets

double distance(double a, double b) {
  const double d = std::abs(a - b);
  return std::min(d, 2 * kPi - d);
}

/// Activity of a ring around `location`.
Vector<double> tuning(double location) {
  VectorXd ring(kRing);
  for (Index unit = 0; unit < kRing; ++unit) {
    const double d = distance(location, 2 * kPi * static_cast<double>(unit) / kRing) / (kPi / 8);
    ring[unit] = 0.8 * std::exp(-d * d / 2);
  }
  return ring;
}

/// Direction of the population vector, [0, 2π).
template <class Ring>
double population_direction(const Ring& ring) {
  std::complex<double> sum = 0;
  for (Index unit = 0; unit < kRing; ++unit)
    sum += std::polar(1.0, 2 * kPi * static_cast<double>(unit) / kRing) * ring[unit];
  const double angle = std::arg(sum);
  return angle < 0 ? angle + 2 * kPi : angle;
}

std::vector<std::string> task_names() {
  std::vector<std::string> names;
  for (const YangRule& rule : yang_rules) names.push_back(rule.name);
  names.push_back("all");
  return names;
}

}  // namespace

Description Yang2019::description() {
  Description d;
  d.name = "yang_2019";
  d.summary = "one of 20 cognitive tasks (go, decision, delayed decision, match), or all; steps of 20 ms";
  d.equation = "fixation output high until the response, then a bump at the response direction; weighted squared error";
  d.reference = "Yang et al. 2019, doi:10.1038/s41593-018-0310-2";
  d.parameters = {
      ParameterInfo::choice("task", "fdgo", task_names(), "which of the tasks"),
      ParameterInfo::number("dt", 20, 0.1, 100, "ms", "duration of a step"),
      ParameterInfo::number("noise", 0.01, 0, 1e6, "1", "of every input: standard deviation / √(200 ms / dt)"),
      ParameterInfo::choice("mask", "squared", {"squared", "plain"}, "how its weights 1, 5, 10 enter the loss"),
      ParameterInfo::integer("directions", 4, 2, 1000, "directions",
                             "of evaluation; 8 trials of each, more directions "
                             "where there are fewer kinds of trials"),
      ParameterInfo::integer("repeats", 1, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

Yang2019::Yang2019(const Parameters& parameters)
    : sigma_(noise_of(parameters)), has_squared_mask_(parameters.text("mask") == "squared") {
  info_.n_inputs = 1 + 2 * kRing + static_cast<Index>(yang_rules.size());
  info_.n_outputs = 1 + kRing;
  info_.input_names =
      joined({{"fixation"}, direction_names("modality 1", kRing), direction_names("modality 2", kRing)});
  for (const auto& rule : yang_rules) info_.input_names.push_back(fmt::format("rule {}", rule.name));
  info_.output_names = joined({{"fixation"}, direction_names("response", kRing)});
  info_.dt_ms = parameters.number("dt");
  info_.loss = LossKind::mean_squared_error;
  info_.n_repeats = parameters.integer("repeats");
  for (std::size_t rule = 0; rule < yang_rules.size(); ++rule) {
    if (parameters.text("task") != "all" && parameters.text("task") != yang_rules[rule].name) continue;
    rules_.push_back(rule);
    add_conditions(rule, static_cast<int>(parameters.integer("directions")));
    info_.n_steps = std::max(info_.n_steps, longest_yang_trial(yang_rules[rule], info_.dt_ms));
    const Index test_steps = test_yang_plan(yang_rules[rule], info_.dt_ms, 0, 0).end;
    info_.n_evaluation_steps = std::max(info_.n_evaluation_steps, test_steps);
    VectorXd context = VectorXd::Unit(info_.n_inputs, 0);
    context[1 + 2 * kRing + static_cast<Index>(rule)] = 1;
    info_.contexts.push_back({yang_rules[rule].name, context});
  }
  info_.n_sample_steps = info_.n_evaluation_steps;
}

void Yang2019::add_conditions(std::size_t rule, int n_directions) {
  constexpr int most_variations = 8;
  const int n_variations = n_yang_variations(yang_rules[rule]);
  // As many trials for every task: its share in the accuracy of all of them does not depend on its variations.
  n_directions *= most_variations / n_variations;
  const bool has_categories = yang_rules[rule].family == YangFamily::match_to_category;
  for (int direction = 0; direction < n_directions; ++direction) {
    // Off the borders of the categories, 0 and half a turn, for any number of directions.
    const double turn = (direction + (has_categories ? 0.25 : 0)) / n_directions;
    for (int variation = 0; variation < n_variations; ++variation) {
      conditions_.push_back({rule, 2 * kPi * turn, variation});
      info_.conditions.push_back(fmt::format("task={},direction={:g}deg,{}", yang_rules[rule].name, 360 * turn,
                                             yang_variation_name(yang_rules[rule], variation)));
    }
  }
}

void Yang2019::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const std::size_t rule = rules_[stream.integer(rules_.size())];
  render(random_yang_plan(yang_rules[rule], info_.dt_ms, stream), rule, info_.n_steps, stream, trial);
  const auto first = std::find_if(conditions_.begin(), conditions_.end(),
                                  [&](const Condition& condition) { return condition.rule == rule; });
  trial.condition = static_cast<int>(first - conditions_.begin());
}

void Yang2019::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  const Condition& c = conditions_.at(static_cast<std::size_t>(condition));
  const YangPlan plan = test_yang_plan(yang_rules[c.rule], info_.dt_ms, c.location, c.variation);
  render(plan, c.rule, info_.n_evaluation_steps, stream, trial);
  trial.condition = condition;
}

void Yang2019::render(const YangPlan& plan, std::size_t rule, Index n_steps, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, n_steps);
  trial.inputs.row(0).head(plan.fixation_off).setOnes();
  for (const YangStimulus& stimulus : plan.stimuli)
    trial.inputs.block(1 + stimulus.modality * kRing, stimulus.on, kRing, stimulus.off - stimulus.on).colwise() +=
        (stimulus.strength * tuning(stimulus.location)).eval();
  trial.inputs.row(1 + 2 * kRing + static_cast<Index>(rule)).head(plan.end).setOnes();
  add_noise(sigma_, stream, trial.inputs.leftCols(plan.end));

  trial.targets.leftCols(plan.end).setConstant(kRest);
  trial.targets.row(0).head(plan.response ? plan.go : plan.end).setConstant(kFixating);
  if (plan.response) trial.targets.block(1, plan.go, kRing, plan.end - plan.go).colwise() += tuning(*plan.response);

  const Index grace = consecutive_epochs({100}, info_.dt_ms)[0].n_steps;  // at the start, and to react
  trial.mask.leftCols(grace).setZero();
  trial.mask.middleCols(plan.go, grace).setZero();
  trial.mask.middleCols(plan.go + grace, plan.end - plan.go - grace).setConstant(5);
  trial.mask.rightCols(n_steps - plan.end).setZero();
  trial.mask.row(0) *= 2;
  if (has_squared_mask_) trial.mask.array() *= trial.mask.array();
}

double Yang2019::performance(const Trial& trial, const MatrixXd& outputs) const {
  Index last = trial.mask.cols() - 1;
  while (trial.mask(0, last) == 0) --last;
  const bool is_fixating = outputs(0, last) > 0.5, must_fixate = trial.targets(0, last) > 0.5;
  if (must_fixate || is_fixating) return must_fixate == is_fixating ? 1 : 0;
  const double response = population_direction(outputs.col(last).tail(kRing));
  const double wanted = population_direction(trial.targets.col(last).tail(kRing));
  return distance(response, wanted) < 0.2 * kPi ? 1 : 0;
}

}  // namespace cohort
