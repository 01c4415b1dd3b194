#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/study/option_info.hpp>

#include <string>
#include <vector>

namespace cohort::app {

/// A JSON array with an object for each entry, for other programs.
std::string list_json(const std::vector<Description>& entries);
std::string list_json(const std::vector<OptionInfo>& options);

}  // namespace cohort::app
