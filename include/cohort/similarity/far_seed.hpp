#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace cohort {

/// The seed whose delete-one value stands far from those of the others: an interval from such values is too narrow (the
/// jackknife covers 83 to 93 % where seeds differ wildly). By Grubbs' test (1950, doi:10.1214/aoms/1177729885) at the 1
/// % level, two-sided; three values cannot show it.
std::optional<std::size_t> far_seed(std::span<const double> without_seed);

}  // namespace cohort
