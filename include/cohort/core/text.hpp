#pragma once

#include <string>

namespace cohort {

/// "43 s", "12 min 5 s", "3 h 20 min", "2 d 4 h".
std::string duration_text(double seconds);

/// "812 B", "1.5 MB", "3.2 GB" (powers of 1000).
std::string bytes_text(double bytes);

}  // namespace cohort
