#include "memory_limit.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <malloc.h>
#include <unistd.h>

namespace cohort {
namespace {

/// Bytes that are private to this process and may be written; 0 where the system does not tell.
double private_bytes() {
  std::ifstream file("/proc/self/statm");  // size resident shared text lib data: in pages
  double pages = 0;
  for (int field = 0; field < 6; ++field) file >> pages;
  return file ? pages * static_cast<double>(sysconf(_SC_PAGE_SIZE)) : 0;
}

}  // namespace

MemoryLimit::MemoryLimit(double more_bytes) {
  if (std::isinf(more_bytes)) return;
  malloc_trim(0);  // what earlier runs have left would come on top
  const double now = private_bytes();
  if (now == 0 || getrlimit(RLIMIT_DATA, &before_) != 0) return;
  limited_ = before_;
  const double most = std::min(now + more_bytes, 9e18);
  limited_.rlim_cur = std::min<rlim_t>(static_cast<rlim_t>(most), before_.rlim_cur);
  is_set_ = true;
  apply();
}

MemoryLimit::~MemoryLimit() { lift(); }

void MemoryLimit::lift() const {
  if (is_set_) setrlimit(RLIMIT_DATA, &before_);
}

void MemoryLimit::apply() const {
  if (is_set_) setrlimit(RLIMIT_DATA, &limited_);
}

}  // namespace cohort
