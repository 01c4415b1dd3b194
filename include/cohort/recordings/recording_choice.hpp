#pragma once

#include <cohort/recordings/missing_values.hpp>
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
  std::string align{}, condition{};       ///< columns of a session's trials, see TrialCut
  TimeChoice time{};
  Missing missing = Missing::refuse;
  UnitChoice units{};

  /// How a session is cut when it is read.
  TrialCut cut() const { return {align, condition, time.window, step_ms, time.bin_ms}; }
  /// What is left to do with a recording whose file knew its times: that was cut when it was read.
  RecordingChoice after_cut(const Recording& recording) const;

  bool is_everything() const { return time.is_everything() && units.is_everything(); }
  /// "window [0, 400] ms, smoothed by 20 ms, square root": what results depend on; empty for everything.
  std::string text() const;
};

/// The recording so treated: time first, each trial too, then missing values, then units. Trials keep their units: a
/// selection or a scale of each trial's own would not be the recording's, see Recording::units. Its content changes
/// with the choice. Throws UserError when it does not have what is chosen, or holds NaN that nobody chose to leave out.
Recording chosen(Recording recording, const RecordingChoice& choice);

}  // namespace cohort
