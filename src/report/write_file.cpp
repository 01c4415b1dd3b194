#include <cohort/report/write_file.hpp>

#include <cohort/core/errors.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace cohort {

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  if (!file) throw UserError("cannot be written", std::strerror(errno), "", {path});
  file << bytes;
  file.close();
  if (!file) throw UserError("cannot be written", std::strerror(errno), "", {path});
}

}  // namespace cohort
