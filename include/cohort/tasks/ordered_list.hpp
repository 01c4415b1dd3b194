#pragma once

#include <cohort/core/parameters.hpp>

#include <string_view>
#include <vector>

namespace cohort {

enum class ListOrder { rising, falling };

/// The numbers of a parameter that is a list, each of which may stand there once. Their order is given, so that the
/// same conditions always have the same name and number. Throws UserError when it is not kept.
std::vector<double> ordered_list(const Parameters& parameters, std::string_view name, ListOrder order);

}  // namespace cohort
