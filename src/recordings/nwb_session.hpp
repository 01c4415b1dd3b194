#pragma once

#include "nwb_activity.hpp"
#include "nwb_table.hpp"

#include <cohort/recordings/recorded_array.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cohort {

/// A session of an NWB file: what units did, and its table of trials.
class NwbSession {
 public:
  /// `file` is the path of the file, `inside` that of the series in it, or `units`; empty: the spikes, or the only
  /// series. Throws UserError when it is damaged, no NWB 2, or has no trials or no such series.
  NwbSession(const std::string& file, const std::string& inside);

  /// [units, time, conditions, trials]. Throws UserError for a column that is missing, and where nothing is left.
  RecordedArray cut(const TrialCut& cut) const;

  /// Version, activity, columns of the table of trials.
  std::vector<std::string> text() const;

 private:
  /// One trial that can be cut.
  struct Trial {
    double event;  ///< s
    int condition;
  };
  /// Trials of each condition that are left, and how many are not and why.
  struct Kept {
    std::vector<std::vector<MatrixXd>> of_condition{};  ///< each [n_units x n_steps]
    std::vector<std::string> labels{};                  ///< empty: all are of one condition
    std::size_t without_event = 0, without_condition = 0, not_recorded = 0;

    std::size_t n_left_out() const { return without_event + without_condition + not_recorded; }
  };

  void check_version() const;
  std::unique_ptr<NwbActivity> activity_at(const std::string& inside) const;
  std::unique_ptr<NwbActivity> series_at(const std::string& inside) const;
  /// ms around the event that all trials have: from the last start to the first stop.
  TimeChoice::Window common_window(const std::vector<double>& events) const;
  TrialSteps steps_of(const TrialCut& cut, const std::vector<double>& events) const;
  Kept kept(const TrialCut& cut, const std::vector<double>& events, const TrialSteps& steps) const;
  void check_left(const Kept& kept, const TrialCut& cut, const TrialSteps& steps) const;
  std::string reasons(const Kept& kept, const TrialCut& cut) const;
  RecordedArray array_of(const Kept& kept, const TrialSteps& steps) const;
  std::string column_text(const std::string& column) const;

  std::string file_;
  std::unique_ptr<Hdf5ArrayArchive> archive_;
  std::unique_ptr<NwbTable> trials_;
  std::unique_ptr<NwbActivity> activity_;
};

}  // namespace cohort
