#include <cohort/recordings/recording_choice.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

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

void choose_times(Recording& recording, const RecordingChoice& choice) {
  if (choice.time.is_everything()) return;
  if (choice.step_ms == 0)
    throw UserError("the times of the samples are not known", "window, bin and smooth are in ms",
                    "Say them: time_step = 10, and time_start = -200 where the first sample is not at 0.");
  const Index n_conditions = std::max<Index>(1, recording.n_conditions);
  const TimeGrid grid{choice.start_ms, choice.step_ms, recording.n_samples() / n_conditions};
  const MatrixXd weights = time_weights(grid, choice.time);
  recording.values = through_time(weights, recording.values);
  for (MatrixXd& trial : recording.trials) trial = through_time(weights, trial);
}

}  // namespace

std::string RecordingChoice::text() const {
  std::vector<std::string> texts = texts_of(time), more = texts_of(units);
  if (!time.is_everything())
    texts.insert(texts.begin(), fmt::format("first sample at {:.17g} ms, {:.17g} ms apart", start_ms, step_ms));
  texts.insert(texts.end(), more.begin(), more.end());
  return fmt::format("{}", fmt::join(texts, ", "));
}

Recording chosen(Recording recording, const RecordingChoice& choice) {
  name_conditions(recording, choice.conditions);
  if (choice.is_everything()) return recording;
  choose_times(recording, choice);
  if (!choice.units.is_everything()) {
    recording.values = chosen_units(recording.values, choice.units);
    recording.trials.clear();
  }
  recording.content = std::max<std::uint64_t>(1, hash64(choice.text(), recording.content));
  return recording;
}

}  // namespace cohort
