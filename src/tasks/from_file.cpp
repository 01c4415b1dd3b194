#include <cohort/tasks/from_file.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

std::string folder_of(const Parameters& parameters) {
  if (parameters.text("folder").empty())
    throw UserError("from_file has no trials", "folder is not given",
                    "Give folder=... with inputs.npy and targets.npy or classes.npy.");
  return parameters.text("folder");
}

/// The trials to evaluate with; those of training when the user gives no others.
TrialTable evaluation_table(const Parameters& parameters, const TrialTable& training) {
  const std::string& folder = parameters.text("evaluation");
  if (folder.empty()) return training;
  TrialTable table = read_trial_table(folder);
  if (table.n_inputs != training.n_inputs || table.loss != training.loss)
    throw UserError(folder + " does not fit the training trials", "inputs or kind of targets differ");
  const bool has_classes = training.loss == LossKind::cross_entropy;
  if (has_classes ? table.n_outputs > training.n_outputs : table.n_outputs != training.n_outputs)
    throw UserError(fmt::format("{} does not fit the training trials", folder),
                    fmt::format("it has {} {}, training {}", table.n_outputs, has_classes ? "classes" : "outputs",
                                training.n_outputs));
  return table;
}

}  // namespace

Description FromFile::description() {
  Description d;
  d.name = "from_file";
  d.summary = "trials made elsewhere, from NumPy files";
  d.equation = "masked mean squared error (targets.npy) or cross-entropy (classes.npy)";
  d.reference = "the user's";
  d.parameters = {
      ParameterInfo::path("folder", "with inputs.npy [trials x steps x n_inputs], targets.npy [trials x steps x "
                                    "n_outputs] or classes.npy [trials (x steps)], and optionally mask.npy, "
                                    "conditions.npy"),
      ParameterInfo::path("evaluation", "folder of the same layout for evaluation; without it, training trials"),
      ParameterInfo::number("dt", 1, 0.001, 1e6, "ms", "duration of a step"),
      ParameterInfo::integer("repeats", 1, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

FromFile::FromFile(const Parameters& parameters)
    : training_(read_trial_table(folder_of(parameters))), evaluation_(evaluation_table(parameters, training_)) {
  const int n_conditions = std::max(training_.n_conditions(), evaluation_.n_conditions());
  trials_of_condition_.resize(static_cast<std::size_t>(n_conditions));
  for (std::size_t trial = 0; trial < evaluation_.conditions.size(); ++trial)
    trials_of_condition_[static_cast<std::size_t>(evaluation_.conditions[trial])].push_back(trial);
  for (int condition = 0; condition < n_conditions; ++condition) {
    if (trials_of_condition_[static_cast<std::size_t>(condition)].empty())
      throw UserError(fmt::format("condition {} has no evaluation trial", condition),
                      fmt::format("conditions go from 0 to {}", n_conditions - 1));
    info_.conditions.push_back(fmt::format("condition={}", condition));
  }
  info_.n_inputs = training_.n_inputs;
  info_.n_outputs = training_.n_outputs;
  info_.n_steps = training_.n_steps;
  info_.n_evaluation_steps = info_.n_sample_steps = evaluation_.n_steps;
  info_.dt_ms = parameters.number("dt");
  info_.loss = training_.loss;
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"no input", VectorXd::Zero(info_.n_inputs)}};
  info_.fingerprint = fmt::format("{:016x}{:016x}", training_.digest, evaluation_.digest);
}

void FromFile::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  training_.copy(static_cast<Index>(stream.integer(static_cast<std::uint64_t>(training_.n_trials))), info_, trial);
}

void FromFile::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  const auto& candidates = trials_of_condition_.at(static_cast<std::size_t>(condition));
  evaluation_.copy(static_cast<Index>(candidates[stream.integer(candidates.size())]), info_, trial);
}

}  // namespace cohort
