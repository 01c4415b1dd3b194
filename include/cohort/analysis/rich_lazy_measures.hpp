#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/run_level_analysis.hpp>

namespace cohort {

/// How far training moved every network from where it started, at every level: parameters block by block, the geometry
/// of its representation, its tangent kernel, the spectrum of its recurrent weights. /dynamics/rich_lazy, and numbers
/// of each network beside it (see run_scalars).
///
/// Representations are rates on the evaluation trials, at each trial's last counted step. Tangent kernels are of the
/// outputs at that step, of some of the trials; units that spike have none.
class RichLazyMeasures final : public RunLevelAnalysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  RichLazyMeasures(const Study& study, const Design& design);

  std::vector<std::string> warnings() const override { return warnings_; }
  double cost(std::size_t item) const override;

 private:
  void analyse(const TrainedNetwork& network, const StopCheck& stop, ItemValues& values) const override;
  void put_changes(const TrainedNetwork& network, ItemValues& values) const;
  void put_spectra(const Network<double>& network, ItemValues& values) const;
  void put_alignments(const TrainedNetwork& network, const StopCheck& stop, ItemValues& values) const;

  std::vector<std::string> blocks_;         ///< of parameters, of all architectures
  std::size_t n_matrices_ = 1;              ///< the most recurrent matrices that a network has
  std::vector<double> parameters_, units_;  ///< per architecture
  std::vector<std::string> warnings_;
};

}  // namespace cohort
