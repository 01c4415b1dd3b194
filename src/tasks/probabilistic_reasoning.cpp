#include <cohort/tasks/probabilistic_reasoning.hpp>

#include <cohort/tasks/epochs.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace cohort {
namespace {

constexpr double kWeights[] = {-10, -.9, -.7, -.5, -.3, .3, .5, .7, .9, 10};  // log10 of the odds of choice 2
constexpr Index kShapes = 10, kPlaces = 4;
constexpr double kShortestDelay = 450, kMeanDelay = 500, kLongestDelay = 550;  // ms

std::vector<Epoch> epochs_of(double delay_ms, double dt_ms) {
  return consecutive_epochs({500, 500, 500, 500, 500, delay_ms, 500}, dt_ms);
}

using Shapes = std::array<Index, kPlaces>;

/// Four shapes for which `choice` (0 or 1) turned out to be right.
Shapes shapes_for(int choice, RandomStream& stream) {
  for (;;) {
    Shapes shapes{};
    double log_odds = 0;
    for (Index& shape : shapes) {
      shape = static_cast<Index>(stream.integer(kShapes));
      log_odds += kWeights[shape];
    }
    if ((stream.uniform() < 1 / (1 + std::pow(10, -log_odds))) == (choice == 1)) return shapes;
  }
}

/// A random order of the places (Fisher-Yates).
Shapes shuffled_places(RandomStream& stream) {
  Shapes places{};
  std::iota(places.begin(), places.end(), Index{0});
  for (std::size_t i = kPlaces - 1; i > 0; --i) std::swap(places[i], places[stream.integer(i + 1)]);
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
                  ParameterInfo::integer("repeats", 64, 1, 100000, "trials", "evaluation trials of each choice")};
  return d;
}

ProbabilisticReasoning::ProbabilisticReasoning(const Parameters& parameters) {
  info_.n_inputs = 1 + kPlaces * kShapes;
  info_.n_outputs = 3;
  info_.dt_ms = parameters.number("dt");
  info_.n_steps = epochs_of(kLongestDelay, info_.dt_ms).back().end();
  info_.n_evaluation_steps = info_.n_sample_steps = epochs_of(kMeanDelay, info_.dt_ms).back().end();
  info_.loss = LossKind::cross_entropy;
  info_.conditions = {"choice=1", "choice=2"};
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"delay", VectorXd::Unit(info_.n_inputs, 0)}};
}

void ProbabilisticReasoning::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  // Weights come in pairs of opposite sign, so both choices are right equally often.
  const auto choice = static_cast<int>(stream.integer(2));
  const double delay = stream.uniform(kShortestDelay, kLongestDelay);
  make_trial(choice, delay, info_.n_steps, stream, trial);
}

void ProbabilisticReasoning::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  make_trial(condition, kMeanDelay, info_.n_evaluation_steps, stream, trial);
}

void ProbabilisticReasoning::make_trial(int choice, double delay_ms, Index n_steps, RandomStream& stream,
                                        Trial& trial) const {
  trial.reset(info_, n_steps);
  trial.condition = choice;
  const auto epochs = epochs_of(delay_ms, info_.dt_ms);
  const Epoch delay = epochs[5], decision = epochs[6];
  const Shapes shapes = shapes_for(choice, stream), places = shuffled_places(stream);
  trial.inputs.row(0).head(decision.first).setOnes();
  for (std::size_t i = 0; i < kPlaces; ++i) {
    const Index first = epochs[1 + i].first;
    trial.inputs.row(1 + places[i] * kShapes + shapes[i]).segment(first, delay.first - first).setOnes();
  }
  std::fill_n(trial.classes.begin() + decision.first, decision.n_steps, 1 + choice);
  trial.mask.rightCols(n_steps - decision.end()).setZero();
}

}  // namespace cohort
