#pragma once

#include <string>

namespace cohort {

/// Makes or replaces the file `path`. Throws UserError when it cannot be written.
void write_file(const std::string& path, const std::string& bytes);

}  // namespace cohort
