#pragma once

#include <sys/resource.h>

namespace cohort {

/// While it lives, this process may allocate so many bytes more than it has now; beyond them allocations throw
/// std::bad_alloc instead of driving the machine out of memory. Counts what is private to the process (RLIMIT_DATA), so
/// shared memory between ranks and mapped files cost nothing. Infinite: no limit.
class MemoryLimit {
 public:
  explicit MemoryLimit(double more_bytes);
  ~MemoryLimit();
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

  /// Without the limit for a while, for work that is not the run's.
  void lift() const;
  void apply() const;

 private:
  bool is_set_ = false;
  rlimit before_{}, limited_{};
};

}  // namespace cohort
