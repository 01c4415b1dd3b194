#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/learning/influence.hpp>

namespace cohort {

/// Where the random signs ±1 of a stochastic rule come from: independent of each other, and of what is not in the key.
template <class Scalar>
class SignSource {
 public:
  virtual ~SignSource() = default;
  virtual void fill(const StepKey& key, Vector<Scalar>& signs) = 0;
};

/// Signs of a stream, by update, trial and step.
template <class Scalar>
class RandomSigns final : public SignSource<Scalar> {
 public:
  explicit RandomSigns(const RandomStream& stream) : stream_(stream) {}
  void fill(const StepKey& key, Vector<Scalar>& signs) override;

 private:
  RandomStream stream_;
};

}  // namespace cohort
