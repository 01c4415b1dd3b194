#pragma once

#include <string>

namespace cohort {

/// A path that a study file names, as it counts from the folder of that file.
std::string resolved_path(const std::string& study_path, const std::string& path);

}  // namespace cohort
