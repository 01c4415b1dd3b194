#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/run_level_analysis.hpp>
#include <cohort/dynamics/hessian_products.hpp>

#include <cstdint>

namespace cohort {

/// Curvature of the loss at every network of every level: both ends of the spectrum of the Hessian, its trace, its
/// Gauss-Newton part, sharpness along the gradient and along what the run's rule takes for it.
/// /dynamics/curvature, and numbers of each network beside it (see run_scalars).
///
/// The loss is that of the evaluation trials, or of the first training trials of the run, with weight decay and other
/// regularizers of the parameters and without those of rates. Over all parameters, the recurrent ones or one block.
class CurvatureMeasures final : public RunLevelAnalysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// Throws UserError, with its place in the study file, for an architecture that spikes, has no exact rule or not the
  /// parameters that are asked for.
  CurvatureMeasures(const Study& study, const Design& design);

  std::vector<std::string> warnings() const override { return warnings_; }
  double cost(std::size_t item) const override;

 private:
  void analyse(const TrainedNetwork& network, const StopCheck& stop, ItemValues& values) const override;
  static void put_along_rule(LearningRule<double>& rule, TrialLoss& loss, const VectorXd& parameters,
                             const ParameterSubset& subset, HessianProducts& products, ItemValues& values);
  static void put_critical(LearningRule<double>& rule, HessianProducts& products, const VectorXd& leading,
                           const RandomStream& stream, const StopCheck& stop, ItemValues& values);

  std::vector<double> parameters_;  ///< per architecture
  std::vector<bool> is_looked_at_;  ///< [level]
  double n_columns_ = 0;            ///< steps times trials of the loss
  std::vector<std::string> warnings_;
};

}  // namespace cohort
