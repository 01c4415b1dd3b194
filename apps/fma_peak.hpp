#pragma once

#include <algorithm>
#include <chrono>

namespace cohort {

/// Highest rate of fused multiply-adds that one core reaches with everything in registers, FLOP/s.
template <class Scalar>
double fma_peak() {
  typedef Scalar Wide __attribute__((vector_size(64)));
  constexpr long lanes = 64 / sizeof(Scalar);
  const auto run = [](long n) {
    Wide sum[12];
    for (int s = 0; s < 12; ++s) sum[s] = Wide{} + static_cast<Scalar>(s);  // all different, or they become one
    const Wide a = Wide{} + static_cast<Scalar>(0.999), b = Wide{} + static_cast<Scalar>(0.001);
    for (long i = 0; i < n; ++i) {
#pragma GCC unroll 12
      for (int s = 0; s < 12; ++s) sum[s] = sum[s] * a + b;
    }
    Wide total{};
    for (const auto& s : sum) total += s;
    return total[0];
  };
  double best = 0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    constexpr long n = 2'000'000;
    const auto start = std::chrono::steady_clock::now();
    volatile Scalar result = run(n);
    static_cast<void>(result);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, static_cast<double>(n) * 12 * static_cast<double>(lanes) * 2 / seconds);
  }
  return best;
}

}  // namespace cohort
