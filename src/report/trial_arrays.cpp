#include <cohort/report/trial_arrays.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/recordings/npy_array.hpp>
#include <cohort/report/write_file.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <filesystem>

namespace cohort {
namespace {

void make_folder(const std::string& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return;
  if (std::filesystem::exists(folder, error)) throw UserError("is no folder", "", "", {folder});
  std::filesystem::create_directory(folder, error);
  if (error) throw UserError("cannot be made", error.message(), "", {folder});
}

/// `part` of every trial, [trials, columns, rows]: time comes before channels, as NumPy's users have it.
NpyArray stacked(const std::vector<Trial>& trials, MatrixXd Trial::*part) {
  const MatrixXd& first = trials.front().*part;
  NpyArray array{{trials.size(), static_cast<std::size_t>(first.cols()), static_cast<std::size_t>(first.rows())}, {}};
  for (const Trial& trial : trials) {
    const MatrixXd& own = trial.*part;
    array.values.insert(array.values.end(), own.data(), own.data() + own.size());  // column-major: rows are fastest
  }
  return array;
}

void write_classes(const std::string& folder, const std::vector<Trial>& trials) {
  std::vector<std::int64_t> classes;
  for (const Trial& trial : trials) classes.insert(classes.end(), trial.classes.begin(), trial.classes.end());
  write_npy(folder + "/classes.npy", {trials.size(), trials.front().classes.size()}, classes);
}

void write_names(const std::string& path, const std::vector<std::string>& names) {
  write_file(path, fmt::format("{}\n", fmt::join(names, "\n")));
}

void write_conditions(const std::string& folder, const TaskInfo& info, const std::vector<Trial>& trials) {
  std::vector<std::int64_t> conditions;
  for (const Trial& trial : trials) conditions.push_back(trial.condition);
  write_npy(folder + "/conditions.npy", {trials.size()}, conditions);
  write_names(folder + "/condition_names.txt", info.conditions);
}

}  // namespace

void write_trial_arrays(const std::string& folder, const TaskInfo& info, const std::vector<Trial>& trials) {
  make_folder(folder);
  write_npy(folder + "/inputs.npy", stacked(trials, &Trial::inputs));
  NpyArray mask = stacked(trials, &Trial::mask);
  if (info.loss == LossKind::mean_squared_error) {
    write_npy(folder + "/targets.npy", stacked(trials, &Trial::targets));
  } else {
    write_classes(folder, trials);
    mask.shape.pop_back();  // one weight per step
  }
  write_npy(folder + "/mask.npy", mask);
  write_conditions(folder, info, trials);
  write_names(folder + "/input_names.txt", info.input_names);
  write_names(folder + "/output_names.txt", info.output_names);
}

}  // namespace cohort
