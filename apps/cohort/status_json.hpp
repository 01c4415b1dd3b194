#pragma once

#include <string>

namespace cohort::app {

/// What `cohort status` says of a results file, as JSON: times in seconds since 1970, durations in seconds, null for
/// what is not known.
std::string status_json(const std::string& results, double now);

}  // namespace cohort::app
