#pragma once

#include <cohort/similarity/factorial_labels.hpp>
#include <cohort/store/results_file.hpp>
#include <cohort/study/design.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// What effects are computed of: what a study crossed, and which numbers it has of each run. Both a study and its
/// results file alone can tell it.
struct EffectDesign {
  std::size_t n_runs = 0;
  std::vector<std::string> levels{};    ///< of the snapshots
  std::vector<FactorLabels> factors{};  ///< all but the seed, levels as written; per run
  FactorLabels seed{};                  ///< per run
  std::vector<std::string> measures{};  ///< variants, of matrices of distances between runs
  ValueType distance_type = ValueType::f64;
  std::vector<std::string> recordings{};  ///< names
  std::vector<std::string> scalars{};     ///< responses of run_scalars() that are computed
  EffectSettings settings{};

  /// Factors with several levels; seeds and levels of the others are no factors.
  bool has_effects() const;
};

EffectDesign effect_design(const Study& study, const Design& design);

/// Reads `file`, which says everything but the settings. Throws UserError when its design is damaged.
EffectDesign effect_design(ResultsFile& file, const EffectSettings& settings);

/// One way to see what was crossed: as factors of the study, or as their parameters.
struct EffectFactors {
  std::string name{};  ///< "factors", "parameters"
  FactorialLabels labels{};
};

/// The crossed factors; and, where the levels of one are a full grid of several parameters (see parameter_factors), the
/// same runs by their parameters. Two parameters of one name are called by their factor too: "rule horizon".
std::vector<EffectFactors> effect_factors(const EffectDesign& design);

}  // namespace cohort
