#pragma once

#include <cohort/learning/sign_source.hpp>

#include <cstdint>

namespace cohort::test {

/// All patterns of `per_step` signs at each of the moments 0 .. n_steps, one after the other.
class SignPatterns final : public SignSource<double> {
 public:
  SignPatterns(Index per_step, Index n_steps) : per_step_(per_step), n_bits_(per_step * (n_steps + 1)) {}

  std::uint64_t n_patterns() const { return std::uint64_t{1} << n_bits_; }
  void choose(std::uint64_t pattern) { pattern_ = pattern; }

  void fill(const StepKey& key, Vector<double>& signs) override {
    for (Index i = 0; i < signs.size(); ++i) signs[i] = (pattern_ >> (key.step * per_step_ + i) & 1) != 0 ? 1 : -1;
  }

 private:
  Index per_step_, n_bits_;
  std::uint64_t pattern_ = 0;
};

}  // namespace cohort::test
