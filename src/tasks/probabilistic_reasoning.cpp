#include <cohort/tasks/probabilistic_reasoning.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/tasks/epochs.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace cohort {
namespace {

constexpr std::size_t kMostShapes = 20;  // all combinations of four are listed
constexpr long kLargestEvidence = 4;     // practically certain

/// Evidence in whole numbers. Halves, which adding in another order may miss by a rounding error, go outwards.
long level_of(double evidence) {
  const double rounded = std::round(evidence + std::copysign(1e-9, evidence));
  return std::clamp(std::lround(std::clamp(rounded, -1e6, 1e6)), -kLargestEvidence, kLargestEvidence);
}

/// A random order of the places (Fisher-Yates).
template <std::size_t n>
std::array<std::size_t, n> shuffled_places(RandomStream& stream) {
  std::array<std::size_t, n> places{};
  std::iota(places.begin(), places.end(), std::size_t{0});
  for (std::size_t i = n - 1; i > 0; --i) std::swap(places[i], places[stream.integer(i + 1)]);
  return places;
}

}  // namespace

Description ProbabilisticReasoning::description() {
  Description d;
  d.name = "probabilistic_reasoning";
  d.summary = "add up the evidence of four shapes for one of two choices; at most 35 steps of 100 ms";
  d.equation = "class 0 until the decision, then 1 or 2, p(2) = 1 / (1 + 10^-sum of weights); cross-entropy";
  d.reference = "Yang & Shadlen 2007, doi:10.1038/nature05852; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 100, 0.1, 400, "ms", "duration of a step"),
                  ParameterInfo::number("stimulus", 500, 0.1, 1e6, "ms", "from one shape to the next"),
                  ParameterInfo::number("delay_min", 450, 0, 1e6, "ms", "shortest delay"),
                  ParameterInfo::number("delay_max", 550, 0, 1e6, "ms", "longest delay"),
                  ParameterInfo::list("weights", {-10, -.9, -.7, -.5, -.3, .3, .5, .7, .9, 10}, -1000, 1000, "1",
                                      "of the shapes: log10 of the odds of choice 2"),
                  ParameterInfo::integer("repeats", 32, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

ProbabilisticReasoning::ProbabilisticReasoning(const Parameters& parameters)
    : weights_(parameters.list("weights")),
      delay_min_(parameters.number("delay_min")),
      delay_max_(parameters.number("delay_max")) {
  if (delay_min_ > delay_max_)
    throw UserError(fmt::format("delay_min={} is not possible for probabilistic_reasoning", delay_min_),
                    fmt::format("delay_max is {}", delay_max_));
  if (weights_.size() > kMostShapes)
    throw UserError(fmt::format("{} weights are not possible for probabilistic_reasoning", weights_.size()),
                    fmt::format("there are at most {} shapes", kMostShapes));
  info_.n_inputs = 1 + static_cast<Index>(kPlaces * weights_.size());
  info_.n_outputs = 3;
  info_.input_names = {"fixation"};
  for (std::size_t place = 1; place <= kPlaces; ++place)
    for (const std::string& shape : numbered_names("shape", static_cast<Index>(weights_.size())))
      info_.input_names.push_back(fmt::format("place {} {}", place, shape));
  info_.output_names = {"fixate", "choice 1", "choice 2"};
  info_.dt_ms = parameters.number("dt");
  n_fixation_ = n_decision_ = whole_steps(500, info_.dt_ms);
  n_stimulus_ = consecutive_epochs({parameters.number("stimulus")}, info_.dt_ms)[0].n_steps;
  info_.n_steps = trial_steps(whole_steps(delay_max_, info_.dt_ms));
  info_.n_evaluation_steps = info_.n_sample_steps =
      trial_steps(whole_steps((delay_min_ + delay_max_) / 2, info_.dt_ms));
  info_.loss = LossKind::cross_entropy;
  sort_combinations();
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"delay", VectorXd::Unit(info_.n_inputs, 0)}};
}

void ProbabilisticReasoning::sort_combinations() {
  std::size_t n_combinations = 1;
  for (std::size_t i = 0; i < kPlaces; ++i) n_combinations *= weights_.size();
  std::map<long, std::vector<std::size_t>> levels;
  for (std::size_t i = 0; i < n_combinations; ++i) levels[level_of(evidence_of(shapes_of(i)))].push_back(i);
  conditions_.resize(n_combinations);
  for (auto& [level, combinations] : levels) {
    for (const std::size_t i : combinations) conditions_[i] = static_cast<int>(combinations_.size());
    info_.conditions.push_back(fmt::format("evidence={}", level));
    combinations_.push_back(std::move(combinations));
  }
}

ProbabilisticReasoning::Shapes ProbabilisticReasoning::shapes_of(std::size_t combination) const {
  Shapes shapes{};
  for (std::size_t& shape : shapes) {
    shape = combination % weights_.size();
    combination /= weights_.size();
  }
  return shapes;
}

double ProbabilisticReasoning::evidence_of(const Shapes& shapes) const {
  return std::accumulate(shapes.begin(), shapes.end(), 0.0,
                         [&](double sum, std::size_t shape) { return sum + weights_[shape]; });
}

Index ProbabilisticReasoning::trial_steps(Index n_delay) const {
  return n_fixation_ + static_cast<Index>(kPlaces) * n_stimulus_ + n_delay + n_decision_;
}

void ProbabilisticReasoning::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const std::size_t combination = stream.integer(conditions_.size());
  const double delay = stream.uniform(delay_min_, delay_max_);
  make_trial(combination, delay, info_.n_steps, stream, trial);
}

void ProbabilisticReasoning::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  const auto& combinations = combinations_[static_cast<std::size_t>(condition)];
  const std::size_t combination = combinations[stream.integer(combinations.size())];
  make_trial(combination, (delay_min_ + delay_max_) / 2, info_.n_evaluation_steps, stream, trial);
}

void ProbabilisticReasoning::make_trial(std::size_t combination, double delay_ms, Index n_steps, RandomStream& stream,
                                        Trial& trial) const {
  trial.reset(info_, n_steps);
  trial.condition = conditions_[combination];
  const Shapes shapes = shapes_of(combination), places = shuffled_places<kPlaces>(stream);
  const int choice = stream.uniform() < 1 / (1 + std::pow(10, -evidence_of(shapes))) ? 2 : 1;
  const Index end = trial_steps(whole_steps(delay_ms, info_.dt_ms)), decision = end - n_decision_;
  const Index stimulus_end = n_fixation_ + static_cast<Index>(kPlaces) * n_stimulus_;
  trial.inputs.row(0).head(decision).setOnes();
  for (std::size_t i = 0; i < kPlaces; ++i) {
    const auto input = static_cast<Index>(1 + places[i] * weights_.size() + shapes[i]);
    const Index first = n_fixation_ + static_cast<Index>(i) * n_stimulus_;
    trial.inputs.row(input).segment(first, stimulus_end - first).setOnes();
  }
  std::fill_n(trial.classes.begin() + decision, n_decision_, choice);
  trial.mask.rightCols(n_steps - end).setZero();
}

}  // namespace cohort
