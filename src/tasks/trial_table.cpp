#include <cohort/tasks/trial_table.hpp>

#include <cohort/recordings/array_archive.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <span>

namespace cohort {
namespace {

using Shape = std::vector<std::size_t>;

constexpr int kMany = 999'999;  // classes or conditions; more are a mistake, and would not fit into memory

[[noreturn]] void refuse_shape(const std::string& path, const NpyArray& array, const std::string& needed) {
  throw UserError(fmt::format("{} has shape [{}]", path, fmt::join(array.shape, ", ")), needed + " is needed");
}

std::vector<int> whole_numbers(const std::string& path, const NpyArray& array, int largest) {
  std::vector<int> result;
  result.reserve(array.size());
  for (const double value : array.values) {
    if (value < 0 || value > largest || value != std::floor(value))
      throw UserError(fmt::format("{} holds {}", path, value),
                      fmt::format("whole numbers from 0 to {} are needed", largest));
    result.push_back(static_cast<int>(value));
  }
  return result;
}

/// Sets the numbers that are not finite to 0 and gives their places.
std::vector<std::size_t> blank(std::vector<double>& values) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    values[i] = 0;
    places.push_back(i);
  }
  return places;
}

/// Reads targets or classes; gives the places of those that are no numbers, as the mask counts places.
std::vector<std::size_t> read_targets(const ArrayArchive& archive, int n_classes, bool are_samples, TrialTable& table) {
  const std::string targets = archive.path_of("targets"), classes = archive.path_of("classes");
  const bool has_targets = archive.has("targets");
  if (has_targets == archive.has("classes"))
    throw UserError(fmt::format("there is {} {} {} {}", has_targets ? "both" : "neither", targets,
                                has_targets ? "and" : "nor", classes),
                    "one of them is needed");
  const auto n_trials = static_cast<std::size_t>(table.n_trials), n_steps = static_cast<std::size_t>(table.n_steps);
  if (has_targets) {
    table.targets = archive.read("targets");
    Shape& shape = table.targets.shape;
    if (are_samples && shape.size() == 2) shape.insert(shape.begin() + 1, 1);
    if (shape.size() != 3 || shape[0] != n_trials || shape[1] != n_steps || shape[2] == 0)
      refuse_shape(targets, table.targets, fmt::format("[{}, {}, n_outputs]", n_trials, n_steps));
    table.n_outputs = static_cast<Index>(shape[2]);
    return blank(table.targets.values);
  }
  table.loss = LossKind::cross_entropy;
  NpyArray array = archive.read("classes");
  if (array.shape != Shape{n_trials} && array.shape != Shape{n_trials, n_steps})
    refuse_shape(classes, array, fmt::format("[{}] or [{}, {}]", n_trials, n_trials, n_steps));
  const std::vector<std::size_t> blanks = blank(array.values);
  if (array.shape.size() == 1 && !blanks.empty())
    throw UserError(classes + " holds a NaN or an infinity", "every trial needs its class");
  const std::vector<int> values = whole_numbers(classes, array, n_classes > 0 ? n_classes - 1 : kMany);
  const std::size_t per_trial = array.shape.size() == 1 ? n_steps : 1;
  for (const int value : values) table.classes.insert(table.classes.end(), per_trial, value);
  table.n_outputs = n_classes > 0 ? n_classes : 1 + *std::max_element(values.begin(), values.end());
  return blanks;
}

void check_blanks(const ArrayArchive& archive, const std::vector<std::size_t>& blanks, const TrialTable& table) {
  for (const std::size_t place : blanks)
    if (table.mask.values[place] != 0)
      throw UserError(archive.path_of(table.classes.empty() ? "targets" : "classes") + " holds a NaN or an infinity",
                      fmt::format("all its numbers must be finite where the mask is not 0, as in trial {}",
                                  place / (table.mask.size() / table.mask.shape[0])));
}

void read_mask(const ArrayArchive& archive, TrialTable& table) {
  const std::string path = archive.path_of("mask");
  const auto n_trials = static_cast<std::size_t>(table.n_trials), n_steps = static_cast<std::size_t>(table.n_steps);
  const std::size_t n_weights =
      table.loss == LossKind::mean_squared_error ? static_cast<std::size_t>(table.n_outputs) : 1;
  const Shape full{n_trials, n_steps, n_weights};
  if (!archive.has("mask")) {
    table.mask = {full, std::vector<double>(n_trials * n_steps * n_weights, 1)};
    return;
  }
  const NpyArray array = archive.read_finite("mask");
  if (array.shape != full && array.shape != Shape{n_trials, n_steps})
    refuse_shape(path, array, fmt::format("[{}, {}] or [{}, {}, {}]", n_trials, n_steps, n_trials, n_steps, n_weights));
  table.mask.shape = full;
  const std::size_t per_value = array.shape == full ? 1 : n_weights;
  for (const double value : array.values) {
    if (value < 0) throw UserError(fmt::format("{} holds {}", path, value), "weights must not be negative");
    table.mask.values.insert(table.mask.values.end(), per_value, value);
  }
  for (std::size_t trial = 0; trial < n_trials; ++trial) {
    const auto first = table.mask.values.begin() + static_cast<std::ptrdiff_t>(trial * n_steps * n_weights);
    if (std::all_of(first, first + static_cast<std::ptrdiff_t>(n_steps * n_weights), [](double w) { return w == 0; }))
      throw UserError(fmt::format("{} counts nothing of trial {}", path, trial));
  }
}

void read_conditions(const ArrayArchive& archive, TrialTable& table) {
  const std::string path = archive.path_of("conditions");
  const auto n_trials = static_cast<std::size_t>(table.n_trials);
  if (!archive.has("conditions")) {
    table.conditions.resize(n_trials);
    std::iota(table.conditions.begin(), table.conditions.end(), 0);
    return;
  }
  table.has_conditions = true;
  const NpyArray array = archive.read_finite("conditions");
  if (array.shape != Shape{n_trials}) refuse_shape(path, array, fmt::format("[{}]", n_trials));
  table.conditions = whole_numbers(path, array, kMany);
}

/// Throws UserError when a name is blank or stands twice.
void check_names(const std::string& path, const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (name.empty()) throw UserError(path + " holds a blank name", fmt::format("it is number {}", seen.size()));
    if (!seen.insert(name).second) throw UserError(fmt::format("{} holds '{}' twice", path, name));
  }
}

/// What the user calls inputs, outputs or conditions.
std::vector<std::string> read_names(const ArrayArchive& archive, const std::string& what, const std::string& path) {
  std::vector<std::string> names = archive.texts(what);
  check_names(fmt::format("{} of {}", what, path), names);
  return names;
}

void read_all_names(const ArrayArchive& archive, const std::string& path, bool counts_classes, TrialTable& table) {
  const auto expect = [&](const std::vector<std::string>& names, const char* what, Index n, bool is_right,
                          const char* suggestion = "") {
    if (!names.empty() && !is_right)
      throw UserError(fmt::format("{} of {} are {}", what, path, names.size()), fmt::format("the trials have {}", n),
                      suggestion);
  };
  table.input_names = read_names(archive, "input_names", path);
  table.output_names = read_names(archive, "output_names", path);
  table.condition_names = read_names(archive, "condition_names", path);
  const auto n_inputs = static_cast<Index>(table.input_names.size());
  const auto n_outputs = static_cast<Index>(table.output_names.size());
  const auto n_conditions = static_cast<Index>(table.condition_names.size());
  expect(table.input_names, "input_names", table.n_inputs, n_inputs == table.n_inputs);
  expect(table.output_names, "output_names", table.n_outputs, n_outputs == table.n_outputs,
         counts_classes ? "Give classes=..., their number." : "");
  // Trials of a task need not show all of its conditions.
  expect(table.condition_names, "condition_names", table.n_conditions(), n_conditions >= table.n_conditions());
}

template <class Value>
std::uint64_t digest_of(const std::vector<Value>& values, std::uint64_t seed) {
  return hash64(std::as_bytes(std::span(values)), seed);
}

}  // namespace

TrialTable read_trial_table(const std::string& path, int n_classes) {
  const auto archive = open_array_archive(path);
  TrialTable table;
  table.inputs = archive->read_finite("inputs");
  const bool are_samples = table.inputs.shape.size() == 2;  // without time: one step each
  if (are_samples) table.inputs.shape.insert(table.inputs.shape.begin() + 1, 1);
  if (table.inputs.shape.size() != 3 || table.inputs.size() == 0)
    refuse_shape(archive->path_of("inputs"), table.inputs, "[trials, steps, n_inputs] or [samples, n_inputs]");
  table.n_trials = static_cast<Index>(table.inputs.shape[0]);
  table.n_steps = static_cast<Index>(table.inputs.shape[1]);
  table.n_inputs = static_cast<Index>(table.inputs.shape[2]);
  const std::vector<std::size_t> blanks = read_targets(*archive, n_classes, are_samples, table);
  read_mask(*archive, table);
  check_blanks(*archive, blanks, table);
  read_conditions(*archive, table);
  read_all_names(*archive, path, table.loss == LossKind::cross_entropy && n_classes == 0, table);
  table.digest = digest_of(table.inputs.shape, digest_of(table.inputs.values, 0));
  table.digest = digest_of(table.classes, digest_of(table.targets.values, table.digest));
  table.digest = digest_of(table.conditions, digest_of(table.mask.values, table.digest));
  return table;
}

int TrialTable::n_conditions() const { return 1 + *std::max_element(conditions.begin(), conditions.end()); }

void TrialTable::copy(Index index, const TaskInfo& info, Trial& trial) const {
  trial.reset(info, n_steps);
  trial.condition = conditions[static_cast<std::size_t>(index)];
  // NumPy's last index is fastest: one trial is a matrix whose columns are steps.
  const auto part = [&](const NpyArray& array, Index rows) {
    return Eigen::Map<const MatrixXd>(array.values.data() + index * n_steps * rows, rows, n_steps);
  };
  trial.inputs = part(inputs, n_inputs);
  trial.mask = part(mask, trial.mask.rows());
  if (loss == LossKind::mean_squared_error) {
    trial.targets = part(targets, n_outputs);
  } else {
    std::copy_n(classes.begin() + index * n_steps, n_steps, trial.classes.begin());
  }
}

}  // namespace cohort
