#include <cohort/tasks/multisensory.hpp>

#include <cohort/tasks/noise.hpp>
#include <cohort/tasks/ordered_list.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

constexpr double kShares[] = {0, 0.5, 1};  // of the first sense, in evaluation
constexpr std::size_t kShareCount = 3;

}  // namespace

Description Multisensory::description() {
  Description d;
  d.name = "multisensory";
  d.summary = "integrate noisy evidence for one of two choices from two senses; 11 steps of 100 ms";
  d.equation = "class 0 until the decision, then 1 or 2 = the choice with more evidence; cross-entropy, all steps";
  d.reference = "Raposo, Kaufman & Churchland 2014, doi:10.1038/nn.3865; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 100, 0.1, 100, "ms", "duration of a step"),
                  ParameterInfo::number("stimulus", 750, 0.1, 1e6, "ms", "duration of the stimulus"),
                  ParameterInfo::list("coherences", {5, 15, 50}, 0.001, 100, "%", "evidence, rising"),
                  noise_parameter(0.0707106781186548),
                  ParameterInfo::integer("repeats", 8, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

Multisensory::Multisensory(const Parameters& parameters)
    : coherences_(ordered_list(parameters, "coherences", ListOrder::rising)), sigma_(noise_of(parameters)) {
  const auto epochs = consecutive_epochs({300, parameters.number("stimulus"), 100}, parameters.number("dt"));
  stimulus_ = epochs[1];
  decision_ = epochs[2];
  info_.n_inputs = 5;
  info_.n_outputs = 3;
  info_.input_names = {"fixation", "sense 1 for 1", "sense 1 for 2", "sense 2 for 1", "sense 2 for 2"};
  info_.output_names = {"fixate", "choice 1", "choice 2"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = decision_.end();
  info_.dt_ms = parameters.number("dt");
  info_.loss = LossKind::cross_entropy;
  for (const int choice : {1, 2})
    for (const double coherence : coherences_)
      for (const double share : kShares)
        info_.conditions.push_back(fmt::format("choice={},coherence={},share={}", choice, coherence, share));
  info_.n_repeats = parameters.integer("repeats");
  VectorXd input = VectorXd::Constant(5, 0.5);
  input[0] = 1;
  info_.contexts = {{"stimulus", input}};
}

void Multisensory::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const auto choice = stream.integer(2), coherence = stream.integer(coherences_.size());
  const double share = stream.uniform();
  make_trial(static_cast<int>(choice), coherences_[coherence], share, stream, trial);
  const std::size_t cell = choice * coherences_.size() + coherence;
  trial.condition = static_cast<int>(kShareCount * cell + static_cast<std::size_t>(kShareCount * share));
}

void Multisensory::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  const auto share = static_cast<std::size_t>(condition) % kShareCount;
  const auto cell = static_cast<std::size_t>(condition) / kShareCount;
  const auto choice = static_cast<int>(cell / coherences_.size());
  make_trial(choice, coherences_[cell % coherences_.size()], kShares[share], stream, trial);
  trial.condition = condition;
}

void Multisensory::make_trial(int choice, double coherence, double share, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.inputs.row(0).head(decision_.first).setOnes();
  const double evidence = (choice == 0 ? 1 : -1) * coherence / 200;
  auto shown = trial.inputs.block(1, stimulus_.first, 4, stimulus_.n_steps);
  shown.row(0).setConstant(0.5 + share * evidence);
  shown.row(1).setConstant(0.5 - share * evidence);
  shown.row(2).setConstant(0.5 + (1 - share) * evidence);
  shown.row(3).setConstant(0.5 - (1 - share) * evidence);
  add_noise(sigma_, stream, shown);
  std::fill(trial.classes.begin() + decision_.first, trial.classes.end(), 1 + choice);
}

}  // namespace cohort
