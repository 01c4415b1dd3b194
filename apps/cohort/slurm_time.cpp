#include "slurm_time.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <limits>
#include <regex>

namespace cohort::app {

double slurm_seconds(const std::string& text, const std::string& what) {
  if (text == "UNLIMITED") return std::numeric_limits<double>::infinity();
  // days | hours : minutes : seconds behind days; [hours :] minutes [: seconds] without.
  static const std::regex with_days(R"((\d{1,5})-(\d{1,5})(?::(\d{1,5})(?::(\d{1,5}))?)?)");
  static const std::regex with_hours(R"((\d{1,5}):(\d{1,5}):(\d{1,5}))");
  static const std::regex without(R"((\d{1,7})(?::(\d{1,5}))?)");
  std::smatch parts;
  const auto part = [&](std::size_t i) { return parts[i].matched ? std::stod(parts[i].str()) : 0; };
  if (std::regex_match(text, parts, with_days)) return 86400 * part(1) + 3600 * part(2) + 60 * part(3) + part(4);
  if (std::regex_match(text, parts, with_hours)) return 3600 * part(1) + 60 * part(2) + part(3);
  if (std::regex_match(text, parts, without)) return 60 * part(1) + part(2);
  throw UserError(fmt::format("{} '{}' is no time", what, text), "as SLURM writes it: minutes, M:S, H:M:S or D-H:M:S",
                  "Write 90 or 1:30:00 for an hour and a half.");
}

}  // namespace cohort::app
