#include <cohort/recordings/recording.hpp>

#include <cohort/core/ask_array.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/recordings/recording_formats.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>
#include <sstream>

namespace cohort {
namespace {

/// The usual axes leave no trace: what was made from an array before axes could be named still holds.
std::uint64_t content_of(const NpyArray& array, const Axes& axes) {
  std::uint64_t seed = hash64(std::as_bytes(std::span(array.shape)));
  if (axes != usual_axes(array.shape.size())) seed = hash64(fmt::format("{}", fmt::join(axes, ",")), seed);
  return std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(array.values)), seed));
}

/// Extents of an array by what its axes mean, and how far apart neighbours along each of them are.
struct Layout {
  struct Axis {
    std::size_t extent = 1, stride = 0;
  };
  Axis units{}, times{}, conditions{}, trials{};

  Layout(const std::vector<std::size_t>& shape, const Axes& axes) {
    std::size_t stride = 1;
    for (std::size_t i = shape.size(); i-- > 0; stride *= shape[i]) called(axes[i]) = {shape[i], stride};
  }

 private:
  Axis& called(const std::string& axis) {
    if (axis == "units") return units;
    if (axis == "conditions") return conditions;
    return axis == "trials" ? trials : times;  // samples are times of one condition
  }
};

/// One trial: value (unit, time, condition) becomes sample condition * n_times + time.
MatrixXd samples_by_units(const NpyArray& array, const Layout& layout, std::size_t trial) {
  const auto& [units, times, conditions, trials] = layout;
  MatrixXd values(static_cast<Index>(conditions.extent * times.extent), static_cast<Index>(units.extent));
  for (std::size_t unit = 0; unit < units.extent; ++unit)
    for (std::size_t condition = 0; condition < conditions.extent; ++condition)
      for (std::size_t time = 0; time < times.extent; ++time)
        values(static_cast<Index>(condition * times.extent + time), static_cast<Index>(unit)) =
            array.values[unit * units.stride + time * times.stride + condition * conditions.stride +
                         trial * trials.stride];
  return values;
}

/// A matrix of distances or correlations: square, symmetric, the same all along its diagonal and other beside it.
void refuse_distances(const NpyArray& array, const std::string& source) {
  const std::vector<std::size_t>& shape = array.shape;
  if (shape.size() != 2 || shape[0] != shape[1] || shape[0] < 2) return;
  const std::size_t n = shape[0];
  double largest = 0;
  for (const double value : array.values) largest = std::max(largest, std::abs(value));
  const double tolerance = 1e-6 * largest, diagonal = array.values[0];
  bool is_varied = false;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const double value = array.values[i * n + j];
      if (!(std::abs(value - array.values[j * n + i]) <= tolerance)) return;
      const bool is_as_diagonal = std::abs(value - diagonal) <= tolerance;
      if (i == j && !is_as_diagonal) return;
      is_varied = is_varied || !is_as_diagonal;
    }
  }
  if (is_varied)
    throw UserError(fmt::format("{} holds no activity", source),
                    fmt::format("{} x {}, symmetric, {} all along the diagonal: a matrix of distances or correlations",
                                n, n, diagonal),
                    "Give the activity that it was computed from, samples x units.");
}

/// Throws UserError when the shape leaves open which axis is which: whoever wrote the array must say.
void refuse_doubt(const std::vector<std::size_t>& shape, const std::string& source, const SampleGrid& grid) {
  if (shape.size() == 4) return;  // units and trials could always be exchanged: it is read as usual
  const std::vector<Axes> fitting = fitting_axes(shape, grid);
  if (fitting.size() < 2) return;
  throw UserError(fmt::format("{} can be read in {} ways", source, fitting.size()),
                  fmt::format("{} and {} both fit", axes_text(fitting[0], shape), axes_text(fitting[1], shape)),
                  fmt::format("Say which, such as axes = {}.", axes_as_written(fitting[0])));
}

/// What the axes are: as given, as the file says, as usual.
Axes axes_of(const RecordedArray& array, const std::string& source, const Axes& given) {
  const std::vector<std::size_t>& shape = array.numbers.shape;
  const Axes& named = given.empty() ? array.axes : given;
  if (!named.empty()) {
    check_axes(named);
    if (named.size() != shape.size())
      throw UserError(fmt::format("{} has no axes {}", source, axes_as_written(named)),
                      fmt::format("it has {} dimensions: {}", shape.size(), fmt::join(shape, " x ")));
    return named;
  }
  const Axes usual = usual_axes(shape.size());
  if (usual.empty())
    throw UserError(fmt::format("{} is no recording", source), fmt::format("it has {} dimensions", shape.size()),
                    "Give [units, time, conditions], [units, time, conditions, trials] or [samples, units].");
  return usual;
}

/// Trials of each condition: those that are not NaN throughout, which are put before the others.
std::vector<Index> gathered_trials(std::vector<MatrixXd>& trials, Index n_conditions) {
  const Index n_times = trials.front().rows() / n_conditions;
  std::vector<Index> counts;
  for (Index condition = 0; condition < n_conditions; ++condition) {
    const auto rows_of = [&](std::size_t trial) { return trials[trial].middleRows(condition * n_times, n_times); };
    std::size_t n = 0;
    for (std::size_t trial = 0; trial < trials.size(); ++trial) {
      if (rows_of(trial).array().isNaN().all()) continue;
      if (n < trial) {
        rows_of(n) = rows_of(trial);
        rows_of(trial).setConstant(std::numeric_limits<double>::quiet_NaN());
      }
      ++n;
    }
    counts.push_back(static_cast<Index>(n));
  }
  return counts;
}

/// Over the trials that each condition has.
MatrixXd mean_of(const std::vector<MatrixXd>& trials, const std::vector<Index>& counts) {
  MatrixXd mean = trials.front();
  const auto n_conditions = static_cast<Index>(counts.size());
  const Index n_times = mean.rows() / n_conditions;
  for (Index condition = 0; condition < n_conditions; ++condition) {
    auto rows = mean.middleRows(condition * n_times, n_times);
    const Index n = counts[static_cast<std::size_t>(condition)];
    for (Index trial = 1; trial < n; ++trial)
      rows += trials[static_cast<std::size_t>(trial)].middleRows(condition * n_times, n_times);
    rows /= static_cast<double>(std::max<Index>(1, n));  // without a trial it is NaN
  }
  return mean;
}

void fill_values(Recording& recording, const NpyArray& array) {
  const Layout layout(array.shape, recording.axes);
  const bool has_trials = std::count(recording.axes.begin(), recording.axes.end(), "trials") > 0;
  const bool has_samples = std::count(recording.axes.begin(), recording.axes.end(), "samples") > 0;
  recording.n_conditions = has_samples ? 0 : static_cast<Index>(layout.conditions.extent);
  if (!has_trials) {
    recording.values = samples_by_units(array, layout, 0);
    return;
  }
  const std::size_t n_trials = layout.trials.extent;
  if (n_trials == 0) throw UserError(fmt::format("{} is no recording", recording.source), "it has no trials");
  for (std::size_t trial = 0; trial < n_trials; ++trial)
    recording.trials.push_back(samples_by_units(array, layout, trial));
  recording.trial_counts = gathered_trials(recording.trials, std::max<Index>(1, recording.n_conditions));
  recording.values = mean_of(recording.trials, recording.trial_counts);
}

/// "8 conditions (a, b, c, ...)"
std::string few(const std::vector<std::string>& names) {
  constexpr std::size_t most = 4;
  const std::size_t n = std::min(most, names.size());
  return fmt::format("{} condition{} ({}{})", names.size(), names.size() == 1 ? "" : "s",
                     fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(n), ", "),
                     n < names.size() ? ", ..." : "");
}

/// All but the numbers, as lines: precision, times, how many axes and remarks there are, these, and labels.
std::string packed_words(const RecordedArray& array) {
  std::string text = fmt::format("{}\n{}\n{}\n{}\n{}\n", array.numbers.precision, array.start_ms, array.step_ms,
                                 array.axes.size(), array.remarks.size());
  for (const auto* list : {&array.axes, &array.remarks, &array.conditions})
    for (std::string word : *list) {
      std::replace(word.begin(), word.end(), '\n', ' ');
      text += word + "\n";
    }
  return text;
}

void unpack_words(const std::string& text, RecordedArray& array) {
  std::istringstream lines(text);
  std::string line;
  const auto number = [&] {
    std::getline(lines, line);
    return std::strtod(line.c_str(), nullptr);
  };
  array.numbers.precision = number();
  array.start_ms = number();
  array.step_ms = number();
  const auto n_axes = static_cast<std::size_t>(number()), n_remarks = static_cast<std::size_t>(number());
  while (std::getline(lines, line)) {
    if (array.axes.size() < n_axes)
      array.axes.push_back(line);
    else
      (array.remarks.size() < n_remarks ? array.remarks : array.conditions).push_back(line);
  }
}

/// Read by one process for all.
RecordedArray asked_array(const std::string& path, const TrialCut& cut) {
  const std::string which = cut.text().empty() ? path : path + ", " + cut.text();
  std::optional<RecordedArray> found;
  const auto look = [&]() -> const RecordedArray& {
    if (!found) found = read_recorded_array(path, cut);
    return *found;
  };
  RecordedArray array{ask_array<NpyArray>("recording " + which, [&] { return look().numbers; })};
  unpack_words(ask_files("words of recording " + which, [&] { return packed_words(look()); }), array);
  return array;
}

}  // namespace

Recording recording_from(const RecordedArray& array, const std::string& source, const Axes& axes,
                         const std::optional<SampleGrid>& grid) {
  Recording recording;
  recording.source = source;
  recording.shape = array.numbers.shape;
  recording.axes = axes_of(array, source, axes);
  recording.axes_are_given = !axes.empty() || !array.axes.empty();
  recording.precision = array.numbers.precision;
  recording.content = content_of(array.numbers, recording.axes);
  refuse_distances(array.numbers, source);
  if (grid && !recording.axes_are_given) refuse_doubt(recording.shape, source, *grid);
  fill_values(recording, array.numbers);
  if (!array.conditions.empty() && static_cast<Index>(array.conditions.size()) != recording.n_conditions)
    throw UserError(fmt::format("{} names {} conditions", source, array.conditions.size()),
                    fmt::format("as {} it has {}", axes_text(recording.axes, recording.shape), recording.n_conditions));
  recording.conditions = array.conditions;
  recording.start_ms = array.start_ms;
  recording.step_ms = array.step_ms;
  for (const std::string& remark : array.remarks) recording.remarks.push_back(source + ": " + remark);
  return recording;
}

Recording recording_from(const NpyArray& array, const std::string& source) {
  return recording_from(RecordedArray{array}, source);
}

void choose_conditions(Recording& recording, const std::vector<Index>& from) {
  const Index n_times = recording.n_samples() / recording.n_conditions;
  std::vector<Index> samples, counts;
  for (const Index condition : from) {
    for (Index time = 0; time < n_times; ++time) samples.push_back(condition * n_times + time);
    if (!recording.trials.empty()) counts.push_back(recording.trial_counts[static_cast<std::size_t>(condition)]);
  }
  recording.values = recording.values(samples, Eigen::all).eval();
  for (MatrixXd& trial : recording.trials) trial = trial(samples, Eigen::all).eval();
  recording.trial_counts = counts;
  recording.n_conditions = static_cast<Index>(from.size());
}

Recording in_order_of(Recording recording, const std::vector<std::string>& names) {
  const std::vector<std::string> labels = recording.conditions;
  std::vector<std::string> all = labels;
  all.insert(all.end(), recording.left_out_conditions.begin(), recording.left_out_conditions.end());
  if (labels == names) return recording;
  if (!std::is_permutation(all.begin(), all.end(), names.begin(), names.end()))
    throw UserError(fmt::format("{} has other conditions", recording.source),
                    fmt::format("it names {}, but {} are needed", few(all), few(names)),
                    "Label them alike, or leave the labels away where the order is the same.");
  std::vector<Index> from, kept;
  std::vector<std::string> kept_names;
  for (std::size_t name = 0; name < names.size(); ++name) {
    const auto found = std::find(labels.begin(), labels.end(), names[name]);
    if (found == labels.end()) continue;  // it was left out
    from.push_back(found - labels.begin());
    kept.push_back(static_cast<Index>(name));
    kept_names.push_back(names[name]);
  }
  if (!recording.left_out_conditions.empty()) recording.kept_conditions = kept;
  if (kept_names == labels) return recording;
  choose_conditions(recording, from);
  recording.conditions = kept_names;
  recording.content = std::max<std::uint64_t>(1, hash64(fmt::format("{}", fmt::join(from, ",")), recording.content));
  recording.remarks.push_back(fmt::format("{} has its conditions in another order ({}): they are matched by name",
                                          recording.source, few(labels)));
  return recording;
}

Recording read_recording(const std::string& path, const Axes& axes, const std::optional<SampleGrid>& grid,
                         const TrialCut& cut) {
  return recording_from(asked_array(path, cut), path, axes, grid);
}

}  // namespace cohort
