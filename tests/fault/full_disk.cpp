// Preloaded into a program: while the file $DISK_IS_FULL exists, writing to files whose names end in $FULL_FILES fails
// as it does on a full disk.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

bool is_refused(int file) {
  const char *marker = std::getenv("DISK_IS_FULL"), *ending = std::getenv("FULL_FILES");
  if (!marker || !ending || ::access(marker, F_OK) != 0) return false;
  char name[4096] = {};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  if (::readlink(link.c_str(), name, sizeof name - 1) < 0) return false;
  const std::size_t length = std::strlen(name), tail = std::strlen(ending);
  return length >= tail && std::strcmp(name + length - tail, ending) == 0;
}

template <class Function, class... Arguments>
ssize_t unless_full(const char* name, Function*, int file, Arguments... arguments) {
  if (is_refused(file)) {
    errno = ENOSPC;
    return -1;
  }
  static auto* const next = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
  return next(file, arguments...);
}

}  // namespace

extern "C" {
ssize_t write(int file, const void* data, size_t n) { return unless_full("write", &write, file, data, n); }
ssize_t writev(int file, const iovec* parts, int n) { return unless_full("writev", &writev, file, parts, n); }
ssize_t pwrite(int file, const void* data, size_t n, off_t at) {
  return unless_full("pwrite", &pwrite, file, data, n, at);
}
ssize_t pwrite64(int file, const void* data, size_t n, off64_t at) {
  return unless_full("pwrite64", &pwrite64, file, data, n, at);
}
ssize_t pwritev(int file, const iovec* parts, int n, off_t at) {
  return unless_full("pwritev", &pwritev, file, parts, n, at);
}
ssize_t pwritev64(int file, const iovec* parts, int n, off64_t at) {
  return unless_full("pwritev64", &pwritev64, file, parts, n, at);
}
}
