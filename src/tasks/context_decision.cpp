#include <cohort/tasks/context_decision.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/tasks/noise.hpp>
#include <cohort/tasks/ordered_list.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

/// The magnitudes as evidence for choice 1, from the largest, then for choice 2, from the smallest [%].
std::vector<double> signed_coherences(const std::vector<double>& magnitudes) {
  std::vector<double> result(magnitudes.rbegin(), magnitudes.rend());
  for (const double magnitude : magnitudes) result.push_back(-magnitude);
  return result;
}

/// Exponential of the given mean, kept within [shortest, longest], by inversion.
double truncated_exponential(double mean, double shortest, double longest, RandomStream& stream) {
  const double first = std::exp(-shortest / mean), last = std::exp(-longest / mean);
  return std::clamp(-mean * std::log(first - stream.uniform() * (first - last)), shortest, longest);
}

}  // namespace

Description ContextDecision::description() {
  Description d;
  d.name = "context_decision";
  d.summary = "decide by one of two noisy stimuli, whichever the context names; at most 41 steps of 100 ms";
  d.equation = "class 0 until the decision, then 1 or 2 = sign of the relevant coherence; cross-entropy";
  d.reference = "Mante et al. 2013, doi:10.1038/nature12742; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 100, 0.1, 100, "ms", "duration of a step"),
                  ParameterInfo::number("delay_mean", 600, 1, 1e6, "ms", "of the exponential; delay of evaluation"),
                  ParameterInfo::number("delay_min", 300, 0, 1e6, "ms", "shortest delay"),
                  ParameterInfo::number("delay_max", 3000, 0, 1e6, "ms", "longest delay"),
                  ParameterInfo::list("coherences", {5, 15, 50}, 0.001, 100, "%", "of either modality, rising"),
                  noise_parameter(0.0707106781186548),
                  ParameterInfo::integer("repeats", 4, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

ContextDecision::ContextDecision(const Parameters& parameters)
    : coherences_(signed_coherences(ordered_list(parameters, "coherences", ListOrder::rising))),
      sigma_(noise_of(parameters)),
      delay_mean_(parameters.number("delay_mean")),
      delay_min_(parameters.number("delay_min")),
      delay_max_(parameters.number("delay_max")) {
  if (!(delay_min_ <= delay_mean_ && delay_mean_ <= delay_max_))
    throw UserError(fmt::format("delay_mean={} is not possible for context_decision", delay_mean_),
                    fmt::format("delays last from {} to {} ms", delay_min_, delay_max_));
  info_.n_inputs = 7;
  info_.n_outputs = 3;
  info_.input_names = {"fixation",         "modality 1 for 1", "modality 1 for 2", "modality 2 for 1",
                       "modality 2 for 2", "context 1",        "context 2"};
  info_.output_names = {"fixate", "choice 1", "choice 2"};
  info_.dt_ms = parameters.number("dt");
  stimulus_ = {whole_steps(300, info_.dt_ms), whole_steps(750, info_.dt_ms)};
  n_decision_ = whole_steps(100, info_.dt_ms);
  info_.n_steps = trial_steps(whole_steps(delay_max_, info_.dt_ms));
  info_.n_evaluation_steps = info_.n_sample_steps = trial_steps(whole_steps(delay_mean_, info_.dt_ms));
  info_.loss = LossKind::cross_entropy;
  for (const int context : {1, 2})
    for (const double first : coherences_)
      for (const double second : coherences_)
        info_.conditions.push_back(fmt::format("context={},modality1={:+},modality2={:+}", context, first, second));
  info_.n_repeats = parameters.integer("repeats");
  VectorXd input = VectorXd::Constant(7, 0.5);
  input[0] = 1;
  input.tail(2) << 1, 0;
  info_.contexts.push_back({"context 1", input});
  input.tail(2) << 0, 1;
  info_.contexts.push_back({"context 2", input});
}

void ContextDecision::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const auto condition = static_cast<int>(stream.integer(info_.conditions.size()));
  const double delay = truncated_exponential(delay_mean_, delay_min_, delay_max_, stream);
  make_trial(condition, delay, info_.n_steps, stream, trial);
}

void ContextDecision::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  make_trial(condition, delay_mean_, info_.n_evaluation_steps, stream, trial);
}

void ContextDecision::make_trial(int condition, double delay_ms, Index n_steps, RandomStream& stream,
                                 Trial& trial) const {
  trial.reset(info_, n_steps);
  trial.condition = condition;
  const Index first = stimulus_.end() + whole_steps(delay_ms, info_.dt_ms);
  const Epoch decision{first, n_decision_};
  const auto cell = static_cast<std::size_t>(condition), n = coherences_.size();
  const std::size_t context = cell / (n * n);
  const double coherences[] = {coherences_[cell / n % n], coherences_[cell % n]};
  trial.inputs.row(0).head(decision.first).setOnes();
  for (const Index modality : {0, 1}) {
    const double evidence = coherences[modality] / 100;
    trial.inputs.row(1 + 2 * modality).segment(stimulus_.first, stimulus_.n_steps).setConstant((1 + evidence) / 2);
    trial.inputs.row(2 + 2 * modality).segment(stimulus_.first, stimulus_.n_steps).setConstant((1 - evidence) / 2);
  }
  add_noise(sigma_, stream, trial.inputs.block(1, stimulus_.first, 4, stimulus_.n_steps));
  trial.inputs.row(5 + static_cast<Index>(context)).head(decision.end()).setOnes();
  std::fill_n(trial.classes.begin() + decision.first, decision.n_steps, coherences[context] > 0 ? 1 : 2);
  trial.mask.rightCols(n_steps - decision.end()).setZero();
}

}  // namespace cohort
