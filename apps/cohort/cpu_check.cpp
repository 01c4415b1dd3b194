#include "cpu_check.hpp"

#include "commands.hpp"

#include <cstdio>
#include <cstdlib>

namespace cohort::app {

void check_instruction_set() {
  const char* missing = nullptr;
#if defined(__x86_64__)
#if defined(__AVX512F__)
  if (!__builtin_cpu_supports("avx512f")) missing = "AVX-512";
#elif defined(__AVX2__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) missing = "AVX2 with FMA";
#endif
#endif
  if (!missing) return;
  std::fprintf(stderr,
               "cohort: this processor has no %s, for which the program was compiled. Build for the oldest node of the "
               "job: cmake -DCOHORT_ARCH=x86-64-v3 (AVX2) or none.\n",
               missing);
  std::_Exit(kUserError);
}

}  // namespace cohort::app
