#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/learning/temporal_rule.hpp>

namespace cohort {

/// White noise of standard deviation `sigma` on all drives, by update, trial and step, on top of the unit noise: how a
/// rule asks the network what a small change does.
template <class Scalar>
class DrivePerturbation final : public DriveNoise<Scalar> {
 public:
  DrivePerturbation(const RandomStream& stream, double sigma, const CellTraits& traits)
      : stream_(stream),
        update_(stream),
        sigma_(static_cast<Scalar>(sigma)),
        n_units_(traits.n_units),
        n_drives_(traits.n_drives) {}

  /// Chooses the batch that is perturbed.
  void select(const TemporalContext<Scalar>& context);

  /// The noise of a step of the batch divided by sigma, [n_units x n_drives * n_trials].
  void draw(Index step, Matrix<Scalar>& values) const;

  void add(Index step, Scalar* drives, Index stride) const override;

 private:
  RandomStream stream_, update_;
  const DriveNoise<Scalar>* unit_noise_ = nullptr;
  Scalar sigma_;
  Index n_units_, n_drives_, n_trials_ = 0, first_step_ = 0;
  mutable Matrix<Scalar> values_;
};

}  // namespace cohort
