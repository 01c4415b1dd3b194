#include <cohort/tasks/from_file.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

const std::string& path_of(const Parameters& parameters) {
  if (parameters.text("path").empty())
    throw UserError(
        "from_file has no trials", "path is not given",
        "Give path=..., a folder with inputs.npy and targets.npy or classes.npy, or an HDF5 file with these "
        "datasets.");
  return parameters.text("path");
}

/// The trials to evaluate with; those of training when the user gives no others.
std::shared_ptr<const TrialTable> evaluation_table(const Parameters& parameters,
                                                   const std::shared_ptr<const TrialTable>& training) {
  const std::string& path = parameters.text("evaluation");
  if (path.empty()) return training;
  const bool has_classes = training->loss == LossKind::cross_entropy;
  TrialTable table = read_trial_table(path, has_classes ? static_cast<int>(training->n_outputs) : 0);
  if (table.n_inputs != training->n_inputs || table.loss != training->loss)
    throw UserError(path + " does not fit the training trials", "inputs or kind of targets differ");
  if (table.n_outputs != training->n_outputs)
    throw UserError(path + " does not fit the training trials",
                    fmt::format("it has {} outputs, training {}", table.n_outputs, training->n_outputs));
  return std::make_shared<const TrialTable>(std::move(table));
}

}  // namespace

Description FromFile::description() {
  Description d;
  d.name = "from_file";
  d.summary = "trials made elsewhere, from NumPy or HDF5 files";
  d.equation = "masked mean squared error (targets) or cross-entropy (classes)";
  d.reference = "the user's";
  d.version = 2;
  d.parameters = {
      ParameterInfo::path("path",
                          "folder of .npy files, HDF5 file or group in one (file.h5/group): inputs [trials x "
                          "steps x n_inputs], targets [trials x steps x n_outputs] or classes [trials (x "
                          "steps)], and optionally mask, conditions, input_names, output_names, condition_names"),
      ParameterInfo::path("evaluation",
                          "the same for evaluation, of any number of trials; without it, training trials"),
      ParameterInfo::integer("classes", 0, 0, 1'000'000, "classes", "0: as many as the largest number says"),
      ParameterInfo::number("dt", 1, 0.001, 1e6, "ms", "duration of a step"),
      ParameterInfo::integer("repeats", 0, 0, 100000, "trials",
                             "evaluation trials drawn at random of each condition; 0: all there are")};
  return d;
}

FromFile::FromFile(const Parameters& parameters)
    : training_(std::make_shared<const TrialTable>(
          read_trial_table(path_of(parameters), static_cast<int>(parameters.integer("classes"))))),
      evaluation_(evaluation_table(parameters, training_)),
      shows_all_(parameters.integer("repeats") == 0) {
  sort_trials();
  info_.n_inputs = training_->n_inputs;
  info_.n_outputs = training_->n_outputs;
  const bool has_classes = training_->loss == LossKind::cross_entropy;
  const auto or_numbered = [](const std::vector<std::string>& names, const char* word, Index n) {
    return names.empty() ? numbered_names(word, n) : names;
  };
  info_.input_names = or_numbered(training_->input_names, "input", info_.n_inputs);
  info_.output_names = or_numbered(training_->output_names, has_classes ? "class" : "output", info_.n_outputs);
  info_.n_steps = training_->n_steps;
  info_.n_evaluation_steps = info_.n_sample_steps = evaluation_->n_steps;
  info_.dt_ms = parameters.number("dt");
  info_.loss = training_->loss;
  if (shows_all_) {
    for (const auto& trials : trials_of_condition_) info_.repeats.push_back(static_cast<Index>(trials.size()));
  } else {
    info_.n_repeats = parameters.integer("repeats");
  }
  info_.contexts = {{"no input", VectorXd::Zero(info_.n_inputs)}};
  info_.fingerprint = fmt::format("{:016x}{:016x}", training_->digest, evaluation_->digest);
  add_remarks();
}

/// Conditions are those of the evaluation. Where both tables name theirs, they are the same.
void FromFile::sort_trials() {
  int n_conditions = evaluation_->n_conditions();
  const bool share_conditions = training_->has_conditions && evaluation_->has_conditions;
  if (share_conditions) n_conditions = std::max(n_conditions, training_->n_conditions());
  const auto& names = evaluation_->condition_names.empty() && share_conditions ? training_->condition_names
                                                                               : evaluation_->condition_names;
  info_.numbers_conditions = names.empty();
  trials_of_condition_.resize(static_cast<std::size_t>(n_conditions));
  for (std::size_t trial = 0; trial < evaluation_->conditions.size(); ++trial)
    trials_of_condition_[static_cast<std::size_t>(evaluation_->conditions[trial])].push_back(trial);
  for (int condition = 0; condition < n_conditions; ++condition) {
    if (trials_of_condition_[static_cast<std::size_t>(condition)].empty())
      throw UserError(fmt::format("condition {} has no evaluation trial", condition),
                      fmt::format("conditions go from 0 to {}", n_conditions - 1));
    const auto place = static_cast<std::size_t>(condition);
    info_.conditions.push_back(place < names.size() ? names[place] : fmt::format("condition={}", condition));
  }
}

/// Classes that cannot be what the user means.
void FromFile::add_remarks() {
  if (info_.loss != LossKind::cross_entropy) return;
  std::vector<std::size_t> counts(static_cast<std::size_t>(info_.n_outputs));
  for (std::size_t i = 0; i < training_->classes.size(); ++i)
    if (training_->mask.values[i] > 0) ++counts[static_cast<std::size_t>(training_->classes[i])];
  const auto n_used = static_cast<Index>(counts.size()) - std::count(counts.begin(), counts.end(), 0U);
  if (n_used == 1) {
    info_.remarks.push_back("the classes of the training trials are all the same: a task that cannot be failed");
  } else if (counts[0] == 0) {
    info_.remarks.push_back(
        fmt::format("class 0 never occurs in the training trials: classes count from 0, so there are "
                    "{} outputs for {} classes",
                    info_.n_outputs, n_used));
  }
}

void FromFile::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  training_->copy(static_cast<Index>(stream.integer(static_cast<std::uint64_t>(training_->n_trials))), info_, trial);
}

void FromFile::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  const auto& candidates = trials_of_condition_.at(static_cast<std::size_t>(condition));
  const std::size_t chosen = shows_all_ ? 0 : stream.integer(candidates.size());
  evaluation_->copy(static_cast<Index>(candidates[chosen]), info_, trial);
}

void FromFile::repeated_evaluation_trial(int condition, Index repeat, RandomStream& stream, Trial& trial) const {
  if (!shows_all_) return evaluation_trial(condition, stream, trial);
  const auto& own = trials_of_condition_.at(static_cast<std::size_t>(condition));
  evaluation_->copy(static_cast<Index>(own.at(static_cast<std::size_t>(repeat))), info_, trial);
}

}  // namespace cohort
