#include <cohort/recordings/recording.hpp>

#include <cohort/core/ask_array.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace cohort {
namespace {

std::uint64_t content_of(const NpyArray& array) {
  const std::uint64_t shape = hash64(std::as_bytes(std::span(array.shape)));
  return std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(array.values)), shape));
}

/// One trial of an array [units, time, conditions(, trials)] in C order: value (unit, time, condition) becomes sample
/// condition * n_times + time.
MatrixXd samples_by_units(const NpyArray& array, std::size_t trial) {
  const std::size_t n_times = array.shape[1], n_conditions = array.shape[2];
  const std::size_t n_trials = array.shape.size() == 4 ? array.shape[3] : 1;
  MatrixXd values(static_cast<Index>(n_conditions * n_times), static_cast<Index>(array.shape[0]));
  const double* value = array.values.data() + trial;
  for (Index unit = 0; unit < values.cols(); ++unit)
    for (std::size_t time = 0; time < n_times; ++time)
      for (std::size_t condition = 0; condition < n_conditions; ++condition, value += n_trials)
        values(static_cast<Index>(condition * n_times + time), unit) = *value;
  return values;
}

}  // namespace

Recording recording_from(const NpyArray& array, const std::string& source) {
  Recording recording;
  recording.source = source;
  recording.content = content_of(array);
  switch (array.shape.size()) {
    case 2: {
      using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
      recording.axes = {"samples", "units"};
      recording.values = Eigen::Map<const RowMajor>(array.values.data(), static_cast<Index>(array.shape[0]),
                                                    static_cast<Index>(array.shape[1]));
      return recording;
    }
    case 4:
      if (array.shape[3] == 0) throw UserError(fmt::format("{} is no recording", source), "it has no trials");
      for (std::size_t trial = 0; trial < array.shape[3]; ++trial)
        recording.trials.push_back(samples_by_units(array, trial));
      recording.values = recording.trials.front();
      for (std::size_t trial = 1; trial < recording.trials.size(); ++trial) recording.values += recording.trials[trial];
      recording.values /= static_cast<double>(recording.trials.size());
      recording.axes = {"units", "time", "conditions", "trials"};
      break;
    case 3:
      recording.values = samples_by_units(array, 0);
      recording.axes = {"units", "time", "conditions"};
      break;
    default:
      throw UserError(fmt::format("{} is no recording", source),
                      fmt::format("it has {} dimensions", array.shape.size()),
                      "Give [units, time, conditions], [units, time, conditions, trials] or [samples, units].");
  }
  recording.n_conditions = static_cast<Index>(array.shape[2]);
  return recording;
}

Recording read_recording(const std::string& path) {
  return recording_from(ask_array<NpyArray>("recording " + path, [&] { return read_npy(path); }), path);
}

}  // namespace cohort
