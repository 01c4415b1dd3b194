#pragma once

#include "nwb_activity.hpp"
#include "nwb_table.hpp"

#include <utility>
#include <vector>

namespace cohort {

/// Spikes of the table `units`, counted in steps, Hz. A spike at the edge of two steps belongs to the later one. A unit
/// was observed in its obs_intervals; where the file has none, in all of `session` and from the first to the last
/// spike.
class NwbSpikes final : public NwbActivity {
 public:
  /// First and last second.
  using Span = std::pair<double, double>;

  /// Whether the file has spike times.
  static bool are_in(const Hdf5ArrayArchive& archive);

  /// Throws UserError when there are none, or they are damaged.
  NwbSpikes(const Hdf5ArrayArchive& archive, const Span& session);

  Index n_units() const override { return static_cast<Index>(spikes_.size()); }
  double step_ms(const TrialCut& cut) const override;
  double precision() const override { return precision_; }
  std::optional<MatrixXd> trial(double event, const TrialSteps& steps) const override;
  std::string text() const override;

 private:
  void read_spikes(const Hdf5ArrayArchive& archive);
  void read_observed(const Hdf5ArrayArchive& archive, const Span& session);
  bool is_observed(std::size_t unit, const Span& span) const;

  std::vector<std::vector<double>> spikes_;  ///< s, of each unit, sorted
  std::vector<std::vector<Span>> observed_;  ///< s, of each unit
  double precision_ = 0;
};

}  // namespace cohort
