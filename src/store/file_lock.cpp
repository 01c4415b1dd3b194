#include <cohort/store/file_lock.hpp>

#include <cohort/core/errors.hpp>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cohort {

FileLock::FileLock(const std::string& path) {
  file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) throw UserError("cannot be opened", std::strerror(errno), "", {path});
  struct stat status {};
  const bool has_other_names = ::fstat(file_, &status) == 0 && status.st_nlink > 1;
  const auto is_refused = [&](int kind) { return ::flock(file_, kind | LOCK_NB) != 0 && errno == EWOULDBLOCK; };
  const bool is_in_use = has_other_names && is_refused(LOCK_EX);
  if (!is_in_use && !is_refused(LOCK_SH)) return;
  ::close(file_);
  if (is_in_use)
    throw UserError("is in use under another name", "the file has several names, and another program has it open",
                    "Wait for it, or close it there.", {path});
  throw UserError("another program has it open for writing", "what it writes could destroy the results",
                  "Close it there (h5py.File(..., \"r\") only reads).", {path});
}

FileLock::~FileLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace cohort
