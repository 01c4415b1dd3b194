#pragma once

#include <cohort/recordings/time_choice.hpp>

#include <optional>
#include <string>

namespace cohort {

/// How a session that was recorded in one piece (spikes, samples of a series) is cut into trials around an event.
struct TrialCut {
  std::string align{};      ///< column of the table of trials with the time that becomes 0; empty: start_time
  std::string condition{};  ///< column that says of which condition a trial is; empty: all are of one
  std::optional<TimeChoice::Window> window{};  ///< ms around the event; none: what all trials have
  double step_ms = 0;                          ///< between samples; 0: not said
  double bin_ms = 0;                           ///< what samples become later: spikes are counted in it at once

  /// Whether it means nothing to a file that holds no session.
  bool names_columns() const { return !align.empty() || !condition.empty(); }
  /// "condition by target, 0 is go_cue, window [-200, 600] ms, steps of 20 ms"
  std::string text() const;
};

}  // namespace cohort
