#include <cohort/recordings/recording_choice.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

std::vector<std::string> texts_of(const TimeChoice& time) {
  std::vector<std::string> texts;
  if (time.smooth_ms > 0) texts.push_back(fmt::format("smoothed by {:.17g} ms", time.smooth_ms));
  if (time.window)
    texts.push_back(fmt::format("window [{:.17g}, {:.17g}] ms", time.window->from_ms, time.window->to_ms));
  if (time.bin_ms > 0) texts.push_back(fmt::format("bins of {:.17g} ms", time.bin_ms));
  return texts;
}

std::vector<std::string> texts_of(const UnitChoice& units) {
  std::vector<std::string> texts;
  if (units.minimum_rate > 0) texts.push_back(fmt::format("units of mean {:.17g} or more", units.minimum_rate));
  if (units.square_root) texts.emplace_back("square root");
  if (units.soft_normalize) texts.push_back(fmt::format("divided by range + {:.17g}", *units.soft_normalize));
  if (units.z_score) texts.emplace_back("z-scored");
  if (units.components > 0) texts.push_back(fmt::format("{} principal components", units.components));
  return texts;
}

void name_conditions(Recording& recording, const std::vector<std::string>& names) {
  if (names.empty()) return;
  if (static_cast<Index>(names.size()) != recording.n_conditions)
    throw UserError(fmt::format("{} conditions are named", names.size()),
                    fmt::format("{} has {}", recording.source, recording.n_conditions),
                    recording.n_conditions == 0
                        ? "Say which axis they are: axes = [\"units\", \"time\", \"conditions\"]."
                        : "Name every condition, in the order of the array.");
  recording.conditions = names;
}

/// What is missing at a time that counts for nothing is not missed.
MatrixXd without_unused(const MatrixXd& weights, MatrixXd values) {
  if (values.allFinite()) return values;
  for (Index sample = 0; sample < values.rows(); ++sample)
    if (weights.col(sample % weights.cols()).isZero(0)) values.row(sample).setZero();
  return values;
}

void choose_times(Recording& recording, const RecordingChoice& choice) {
  if (choice.time.is_everything()) return;
  if (choice.step_ms == 0)
    throw UserError("the times of the samples are not known", "window, bin and smooth are in ms",
                    "Say them: time_step = 10, and time_start = -200 where the first sample is not at 0.");
  const Index n_conditions = std::max<Index>(1, recording.n_conditions);
  const TimeGrid grid{choice.start_ms, choice.step_ms, recording.n_samples() / n_conditions};
  const MatrixXd weights = time_weights(grid, choice.time);
  recording.values = through_time(weights, without_unused(weights, std::move(recording.values)));
  for (MatrixXd& trial : recording.trials) trial = through_time(weights, without_unused(weights, std::move(trial)));
}

}  // namespace

std::string RecordingChoice::text() const {
  std::vector<std::string> texts = texts_of(time), more = texts_of(units);
  if (!time.is_everything())
    texts.insert(texts.begin(), fmt::format("first sample at {:.17g} ms, {:.17g} ms apart", start_ms, step_ms));
  texts.insert(texts.end(), more.begin(), more.end());
  return fmt::format("{}", fmt::join(texts, ", "));
}

RecordingChoice RecordingChoice::after_cut(const Recording& recording) const {
  if (recording.step_ms == 0) return *this;
  RecordingChoice rest = *this;
  rest.start_ms = recording.start_ms;
  rest.step_ms = recording.step_ms;
  rest.time.window.reset();
  const bool is_binned = std::abs(time.bin_ms - recording.step_ms) <= 1e-6 * recording.step_ms;
  if (is_binned && time.smooth_ms == 0) rest.time.bin_ms = 0;
  return rest;
}

Recording chosen(Recording recording, const RecordingChoice& written) {
  const RecordingChoice choice = written.after_cut(recording);
  name_conditions(recording, choice.conditions);
  if (!choice.is_everything()) choose_times(recording, choice);
  const bool is_whole = !recording.values.array().isNaN().any();
  recording = without_missing(std::move(recording), choice.missing);
  if (!is_whole)
    recording.content = std::max<std::uint64_t>(
        1, hash64(choice.missing == Missing::units ? "without units" : "without conditions", recording.content));
  if (choice.is_everything()) return recording;
  recording.units = UnitTransform(recording.values, choice.units);
  if (!choice.units.is_everything()) recording.values = recording.units(recording.values);
  recording.content = std::max<std::uint64_t>(1, hash64(choice.text(), recording.content));
  return recording;
}

}  // namespace cohort
