#pragma once

#include <cohort/similarity/effect_table.hpp>
#include <cohort/similarity/factorial_labels.hpp>

#include <span>
#include <vector>

namespace cohort {

/// Every two levels of every factor: in each seed the mean difference of the response over the cells of the other
/// factors that both levels have there (with all runs, the difference of the levels' means), then a paired t over
/// seeds, with Holm's adjustment within a factor. Needs two seeds in which the levels meet.
std::vector<LevelContrast> level_contrasts(std::span<const double> response, const FactorialLabels& labels);

}  // namespace cohort
