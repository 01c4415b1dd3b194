#include <cohort/core/text.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {

std::string duration_text(double seconds) {
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const long s = std::lround(seconds);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  if (s < 86400) return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
  return fmt::format("{} d {} h", s / 86400, s % 86400 / 3600);
}

std::string bytes_text(double bytes) {
  if (bytes < 1000) return fmt::format("{:.0f} B", bytes);
  const char* unit = "kB";
  for (const char* larger : {"kB", "MB", "GB", "TB"}) {
    unit = larger;
    bytes /= 1000;
    if (bytes < 1000) break;
  }
  return fmt::format("{:.3g} {}", bytes, unit);
}

}  // namespace cohort
