#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/recordings/recording_format.hpp>

namespace cohort {

/// A session in Neurodata Without Borders 2, an HDF5 file, cut into trials around an event:
///
///     units/spike_times, units/spike_times_index    spike times, s, of all units; where each unit's end
///     <path>/data [time] or [time, units],          any TimeSeries: `session.nwb/processing/ecephys/rates`, or its
///       starting_time + rate, or timestamps           last name where that is only one
///     intervals/trials                              start_time, stop_time, and columns of numbers, texts or lists
///
/// Spikes are counted in steps and become Hz; samples of a series (times conversion, plus offset) are those nearest to
/// the window. The result is [units, time, conditions, trials], with NaN where a condition has fewer trials.
class NwbRecording final : public RecordingFormat {
 public:
  static Description description();

  explicit NwbRecording(const Parameters&) {}

  bool recognizes(const std::string& path) const override;
  RecordedArray read(const std::string& path) const override { return read_cut(path, {}); }
  RecordedArray read_cut(const std::string& path, const TrialCut& cut) const override;
  bool keeps_sessions() const override { return true; }
  std::vector<std::string> contents(const std::string& path) const override;
};

/// Whether `path` is an NWB file, or leads into one, or says by its name that it is one.
bool is_in_nwb_file(const std::string& path);

}  // namespace cohort
