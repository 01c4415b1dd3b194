#pragma once

#include <toml++/toml.h>

#include <string>

namespace cohort {

/// Throws UserError with its place in `path`.
toml::table parsed_toml(const std::string& text, const std::string& path);

}  // namespace cohort
