#pragma once

#include "nwb_activity.hpp"

#include <cohort/recordings/hdf5_archive.hpp>

#include <string>
#include <vector>

namespace cohort {

/// A TimeSeries of an NWB file: samples of units at a fixed rate, or at timestamps that have gaps but else one step.
/// Values are data · conversion + offset (and · channel_conversion of each unit, where there is one), read trial by
/// trial. A trial begins at the sample nearest to its window.
class NwbSeries final : public NwbActivity {
 public:
  /// Paths of all series of numbers that a file has in `acquisition`, `processing` and `analysis`.
  static std::vector<std::string> all_in(const Hdf5ArrayArchive& archive);

  /// `archive` must outlive this. Throws UserError when the series has no times, or is no [time, units].
  NwbSeries(const Hdf5ArrayArchive& archive, std::string path);

  Index n_units() const override { return n_units_; }
  double step_ms(const TrialCut& cut) const override;
  double precision() const override;
  std::optional<MatrixXd> trial(double event, const TrialSteps& steps) const override;
  std::string text() const override;

 private:
  std::string part(const char* name) const { return path_ + "/" + name; }
  void read_times();
  void read_scale();
  /// Of the sample nearest to time t, s; none unless n samples from there on were taken, one step apart.
  std::optional<std::size_t> first_sample(double t, std::size_t n) const;

  const Hdf5ArrayArchive& archive_;
  std::string path_;
  std::size_t n_samples_ = 0;
  Index n_units_ = 1;
  double start_ = 0, step_ = 0;       ///< s
  std::vector<double> timestamps_{};  ///< s; empty: one every step from the start
  VectorXd factors_{};                ///< per unit; empty: values as stored
  double offset_ = 0;
};

}  // namespace cohort
