#include <cohort/recordings/recording_text.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {

std::string size_text(const Recording& recording) {
  if (recording.n_conditions == 0)
    return fmt::format("{} units x {} samples", recording.n_units(), recording.n_samples());
  return fmt::format("{} units x {} times x {} conditions", recording.n_units(),
                     recording.n_samples() / recording.n_conditions, recording.n_conditions);
}

std::string trials_text(const Recording& recording) {
  if (recording.trial_counts.empty()) return "";
  const auto [least, most] = std::ranges::minmax(recording.trial_counts);
  return least == most ? fmt::format(", the mean of {} trial{}", most, most == 1 ? "" : "s")
                       : fmt::format(", the mean of {} to {} trials of each", least, most);
}

}  // namespace cohort
