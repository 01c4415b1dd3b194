#pragma once

#include <cohort/recordings/recording.hpp>
#include <cohort/recordings/time_choice.hpp>
#include <cohort/recordings/unit_choice.hpp>

#include <string>
#include <vector>

namespace cohort {

/// What of a recording is compared, and how it is treated before.
struct RecordingChoice {
  std::vector<std::string> conditions{};  ///< what its conditions are called, where the file does not say; empty: as is
  double start_ms = 0, step_ms = 0;       ///< of its first sample and between samples; step 0: not known
  TimeChoice time{};
  UnitChoice units{};

  bool is_everything() const { return time.is_everything() && units.is_everything(); }
  /// "window [0, 400] ms, smoothed by 20 ms, square root": what results depend on; empty for everything.
  std::string text() const;
};

/// The recording so treated: time first, each trial too, then units. Means of trials stand in place of trials once
/// units are chosen (a selection or a scale of each trial's own would not be the recording's). Its content changes with
/// the choice. Throws UserError when it does not have what is chosen.
Recording chosen(Recording recording, const RecordingChoice& choice);

}  // namespace cohort
