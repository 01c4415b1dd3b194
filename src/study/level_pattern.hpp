#pragma once

#include <string>

namespace cohort {

/// A pattern of levels (`*` stands for any text) as levels are written: without blanks.
std::string level_pattern(const std::string& text);

}  // namespace cohort
