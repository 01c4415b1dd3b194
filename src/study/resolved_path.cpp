#include "resolved_path.hpp"

#include <filesystem>

namespace cohort {

std::string resolved_path(const std::string& study_path, const std::string& path) {
  return (std::filesystem::path(study_path).parent_path() / path).lexically_normal().string();
}

}  // namespace cohort
