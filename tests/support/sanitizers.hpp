#pragma once

// Whether memory is a sanitizer's: then the heap is not that of libc, and addresses are taken by the terabyte.
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define COHORT_ADDRESS_SANITIZER 1
#elif __has_feature(thread_sanitizer)
#define COHORT_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(COHORT_ADDRESS_SANITIZER)
#define COHORT_ADDRESS_SANITIZER 1
#endif
#if defined(__SANITIZE_THREAD__) && !defined(COHORT_THREAD_SANITIZER)
#define COHORT_THREAD_SANITIZER 1
#endif

#ifdef COHORT_ADDRESS_SANITIZER
#include <sanitizer/lsan_interface.h>
#endif

namespace cohort::test {

#if defined(COHORT_ADDRESS_SANITIZER) || defined(COHORT_THREAD_SANITIZER)
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

/// While one lives, what is allocated may be left behind.
class LeaksAllowed {
 public:
#ifdef COHORT_ADDRESS_SANITIZER
  LeaksAllowed() { __lsan_disable(); }
  ~LeaksAllowed() { __lsan_enable(); }
#else
  LeaksAllowed() {}
#endif
  LeaksAllowed(const LeaksAllowed&) = delete;
  LeaksAllowed& operator=(const LeaksAllowed&) = delete;
};

}  // namespace cohort::test
