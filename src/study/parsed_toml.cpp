#include "parsed_toml.hpp"

#include <cohort/core/errors.hpp>

namespace cohort {

toml::table parsed_toml(const std::string& text, const std::string& path) {
  try {
    return toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    throw UserError(std::string(error.description()), "", "",
                    {path, static_cast<int>(error.source().begin.line), static_cast<int>(error.source().begin.column)});
  }
}

}  // namespace cohort
