#include <cohort/analysis/response_column.hpp>

#include <cohort/analysis/run_scalars.hpp>
#include <cohort/core/dataset_name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using ValuesOf = std::function<std::vector<double>(const FinishedRuns&, std::size_t)>;

/// Axes of a dataset with a number per run and level.
enum class Axes { run_level, level_run };

/// A column of a dataset, of the runs that are finished. `index` along a further axis behind these, if there is one.
ValuesOf column(std::string dataset, Axes axes, std::size_t index = 0, std::size_t n_axes = 2) {
  return [=](const FinishedRuns& runs, std::size_t level) {
    const std::size_t n = runs.size();
    Extent start{0, level}, count{n, 1};
    if (axes == Axes::level_run) start = {level, 0}, count = {1, n};
    start.resize(n_axes, index);
    count.resize(n_axes, 1);
    std::vector<double> values(n, nan);
    if (!runs.has(dataset)) return values;
    values = runs.read<double>(dataset, start, count);
    for (std::size_t run = 0; run < n; ++run)
      if (runs.checksum(run) == 0) values[run] = nan;
    return values;
  };
}

/// Updates made before each level; -1 in the file: never, and NaN here.
std::vector<double> updates(const FinishedRuns& runs, std::size_t level) {
  std::vector<double> values = column("/snapshots/update", Axes::run_level)(runs, level);
  for (double& value : values)
    if (value < 0) value = nan;
  return values;
}

std::vector<double> reached(const FinishedRuns& runs, std::size_t level) {
  std::vector<double> values = column("/snapshots/update", Axes::run_level)(runs, level);
  for (double& value : values)
    if (!std::isnan(value)) value = value < 0 ? 0 : 1;
  return values;
}

/// A curve where the run reached the level.
std::vector<double> at_level(const std::string& curve, const FinishedRuns& runs, std::size_t level) {
  std::vector<double> values = updates(runs, level);
  for (std::size_t run = 0; run < values.size(); ++run)
    if (!std::isnan(values[run]))
      values[run] = runs.read<double>(curve, {run, static_cast<std::size_t>(values[run])}, {1, 1}).front();
  return values;
}

}  // namespace

bool is_matched_level(const std::string& level) { return level != "final" && !level.starts_with("update="); }

std::vector<ResponseColumn> response_columns(const EffectDesign& design) {
  std::vector<ResponseColumn> columns;
  for (const EffectResponse& response : effect_responses()) {
    const std::string &name = response.name, &meaning = response.meaning;
    if (std::count(design.settings.responses.begin(), design.settings.responses.end(), name) == 0) continue;
    const auto add = [&](ValuesOf values, bool is_of_matched = false) {
      columns.push_back({name, meaning, is_of_matched, std::move(values)});
    };
    // One line for each; a number per run and level that another analysis leaves is no more than its dataset.
    if (name == "error") add(column("/snapshots/error", Axes::run_level));
    if (name == "accuracy")
      add([](const FinishedRuns& runs, std::size_t level) { return at_level("/curves/accuracy", runs, level); });
    if (name == "updates") add(updates, true);
    if (name == "reached") add(reached, true);
    if (name == "participation_ratio" && !design.measures.empty())
      add(column("/similarity/participation_ratio", Axes::run_level));
    if (name == "dimension_90" && !design.measures.empty()) add(column("/similarity/dimension_90", Axes::run_level));
    for (const RunScalar& scalar : run_scalars())
      if (name == scalar.response && std::count(design.scalars.begin(), design.scalars.end(), name) > 0)
        add(column(scalar.dataset, Axes::run_level));
    if (name != "recordings") continue;
    for (const std::string& measure : design.measures)
      for (std::size_t recording = 0; recording < design.recordings.size(); ++recording) {
        const std::string dataset = "/similarity/" + dataset_name(measure) + "_recording_normalized";
        columns.push_back({fmt::format("{} to {}", dataset_name(measure), design.recordings[recording]),
                           fmt::format("{} distance to {}, normalized", measure, design.recordings[recording]), false,
                           column(dataset, Axes::level_run, recording, 3)});
      }
  }
  return columns;
}

}  // namespace cohort
