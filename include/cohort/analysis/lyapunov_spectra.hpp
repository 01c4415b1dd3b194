#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/run_level_analysis.hpp>
#include <cohort/dynamics/lyapunov.hpp>

namespace cohort {

/// Lyapunov exponents of every network at every level: at the constant input of each context, and driven by the task's
/// evaluation trials. /dynamics/lyapunov, and four numbers of each network beside it (see run_scalars).
///
/// At a constant input the trajectory starts in the state in which the network ends the first evaluation trial, and a
/// transient is dropped. Driven, every trial starts in the network's initial state and nothing is dropped; exponents
/// are means over the steps of all trials.
class LyapunovSpectra final : public RunLevelAnalysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// Throws UserError, with its place in the study file, for an architecture without derivatives.
  LyapunovSpectra(const Study& study, const Design& design);

  double cost(std::size_t item) const override;

 private:
  void analyse(const TrainedNetwork& network, const StopCheck& stop, ItemValues& values) const override;
  LyapunovSpectrum driven(const RecurrentNetwork<double>& network, const TrialBatch<double>& trials,
                          const StopCheck& stop) const;

  std::vector<InputContext> contexts_;  ///< none when nothing is asked at constant inputs
  std::vector<Index> n_states_;         ///< per architecture
  std::vector<double> parameters_;      ///< likewise
  double n_steps_ = 0;                  ///< of the map, per network
  std::size_t n_drives_, n_exponents_ = 0;
};

}  // namespace cohort
