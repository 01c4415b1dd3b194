#pragma once

#include <cohort/learning/training_options.hpp>

#include <string>
#include <vector>

namespace cohort {

/// What the best network scores on the evaluation trials whose outputs never change: a level that is no better says
/// nothing about what was learned. Found by chance_of.
struct Chance {
  double error = 0;  ///< normalized error: the share of outputs whose targets vary; cross-entropy: the entropy of how
                     ///< often the classes are asked for; other losses of classes: that of the best constant outputs
  double accuracy = 0;  ///< NaN when the task has none
};

/// What each level of `plan` asks for at chance, in the order of its labels: NaN for levels that are no error and no
/// accuracy.
std::vector<double> chance_of_levels(const SnapshotPlan& plan, const Chance& chance);

/// A line about a level that constant outputs meet, `label` being one of SnapshotPlan::labels and `chance` what they
/// score; empty for other levels.
std::string chance_warning(const std::string& label, double chance);

}  // namespace cohort
