#include "level_pattern.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/variant.hpp>

namespace cohort {

std::string level_pattern(const std::string& text) {
  try {
    return to_text(parse_variant(text));
  } catch (const UserError&) {  // with a * in it, it is no variant
    return text;
  }
}

}  // namespace cohort
