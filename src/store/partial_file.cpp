#include "partial_file.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace cohort {
namespace {

std::string directory_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

/// Bytes an ordinary user may still write there. Some network file systems do not tell: then as much as you like.
std::uint64_t free_bytes(const std::string& directory) {
  struct statvfs disk {};
  if (statvfs(directory.c_str(), &disk) != 0 || disk.f_blocks == 0) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
}

std::string readable(std::uint64_t n_bytes) {
  double value = static_cast<double>(n_bytes);
  const char* units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
  int unit = 0;
  for (; value >= 1000 && unit < 5; ++unit) value /= 1000;
  return unit == 0 ? fmt::format("{} bytes", n_bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

/// Opens `path`, hands it to the disk, closes it: after a power cut the data is there.
void synchronize(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return;  // a directory that may be written but not read
  const int result = ::fsync(file);
  const int reason = errno;
  ::close(file);
  // EINVAL: this kind of file cannot be synchronized
  if (result != 0 && reason != EINVAL) throw UserError("cannot be written", std::strerror(reason), "", {path});
}

}  // namespace

PartialFile::PartialFile(std::string final_path, bool replace)
    : final_path_(std::move(final_path)), path_(final_path_ + ".partial"), replace_(replace) {}

void PartialFile::refuse_existing() const {
  if (!replace_ && std::filesystem::exists(std::filesystem::symlink_status(final_path_)))
    throw UserError("exists already", "it was left as it is", "Choose another name for the results.", {final_path_});
}

void PartialFile::start(std::uint64_t n_bytes) const {
  refuse_existing();
  if (n_bytes > free_bytes(directory_of(path_))) throw UserError("disk full", space_left(n_bytes), "", {final_path_});
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) throw UserError("cannot be created", std::strerror(errno), "", {final_path_});
  ::close(file);
}

std::string PartialFile::space_left(std::uint64_t n_bytes) const {
  return fmt::format("the results need {}, the disk has {} left", readable(n_bytes),
                     readable(free_bytes(directory_of(path_))));
}

void PartialFile::make_empty() const noexcept {
  if (::truncate(path_.c_str(), 0) != 0) remove();
}

void PartialFile::remove() const noexcept { ::unlink(path_.c_str()); }

void PartialFile::finish() const {
  synchronize(path_, O_RDWR);
  refuse_existing();
  if (std::rename(path_.c_str(), final_path_.c_str()) != 0)
    throw UserError("cannot be created", std::strerror(errno), "", {final_path_});
  synchronize(directory_of(final_path_), O_RDONLY | O_DIRECTORY);
}

}  // namespace cohort
