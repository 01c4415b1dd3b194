#pragma once

#include <cohort/core/catalogue.hpp>
#include <cohort/similarity/factorial_labels.hpp>

#include <string>
#include <vector>

namespace cohort {

/// The parameters of which the levels of a factor are a full grid: `ctrnn/units=100,activation=retanh` and three others
/// are units × activation, each with level_of per level of the factor. Where the levels have several names, which must
/// have the same parameters then, "kind" is one of them. A single parameter that varies is one too. Empty when the
/// levels are no grid, or not all of `catalogue`.
std::vector<FactorLabels> parameter_factors(const std::vector<std::string>& levels, const Catalogue& catalogue);

}  // namespace cohort
