#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/network/drive_noise.hpp>

#include <cstdint>

namespace cohort {

/// Normal noise on the drives of every unit, keyed by trial and step: a trial has the same noise in every batch.
template <class Scalar>
class UnitNoise final : public DriveNoise<Scalar> {
 public:
  /// `deviation` [n_units]; the batch holds trials `first_trial`, `first_trial + 1`, ... and the pass begins at their
  /// step `first_step`.
  UnitNoise(const VectorXd& deviation, Index n_drives, Index n_trials, const RandomStream& stream,
            std::uint64_t first_trial, Index first_step);

  void add(Index step, Scalar* drives, Index stride) const override;

 private:
  Vector<Scalar> deviation_;
  Index n_drives_, n_trials_;
  RandomStream stream_;
  std::uint64_t first_trial_;
  Index first_step_;
  mutable Vector<Scalar> normals_;  ///< of one trial and step: drive by drive
};

}  // namespace cohort
