#pragma once

#include <algorithm>
#include <chrono>

namespace cohort {

/// Highest rate of fused multiply-adds of double precision that one core reaches with everything in registers, FLOP/s.
inline double double_fma_peak() {
  typedef double Wide __attribute__((vector_size(64)));
  const auto run = [](long n) {
    Wide sum[12];
    for (int s = 0; s < 12; ++s) sum[s] = Wide{} + static_cast<double>(s);  // all different, or they become one
    const Wide a = Wide{} + 0.999, b = Wide{} + 0.001;
    for (long i = 0; i < n; ++i) {
#pragma GCC unroll 12
      for (int s = 0; s < 12; ++s) sum[s] = sum[s] * a + b;
    }
    Wide total{};
    for (const auto& s : sum) total += s;
    return total[0];
  };
  double best = 0;
  volatile double keep = 0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    constexpr long n = 2'000'000;
    const auto start = std::chrono::steady_clock::now();
    keep = run(n);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, static_cast<double>(n) * 12 * 8 * 2 / seconds);
  }
  static_cast<void>(keep);
  return best;
}

}  // namespace cohort
