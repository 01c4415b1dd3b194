#include <cohort/learning/drive_perturbation.hpp>

#include <cohort/core/normal_fill.hpp>

namespace cohort {

template <class Scalar>
void DrivePerturbation<Scalar>::select(const TemporalContext<Scalar>& context) {
  update_ = stream_.substream(context.update);
  unit_noise_ = context.noise;
  first_step_ = context.first_step;
  n_trials_ = context.batch.n_trials;
}

template <class Scalar>
void DrivePerturbation<Scalar>::draw(Index step, Matrix<Scalar>& values) const {
  values.resize(n_units_, n_drives_ * n_trials_);
  for (Index drive = 0; drive < n_drives_; ++drive)
    for (Index trial = 0; trial < n_trials_; ++trial)
      fill_normal(update_, static_cast<std::uint64_t>(trial), values.col(drive * n_trials_ + trial).data(), n_units_,
                  ((first_step_ + step) * n_drives_ + drive) * n_units_);
}

template <class Scalar>
void DrivePerturbation<Scalar>::add(Index step, Scalar* drives, Index stride) const {
  if (unit_noise_) unit_noise_->add(step, drives, stride);
  draw(step, values_);
  Eigen::Map<Matrix<Scalar>, 0, Eigen::OuterStride<>> block(drives, n_units_, values_.cols(),
                                                            Eigen::OuterStride<>(stride));
  block += sigma_ * values_;
}

template class DrivePerturbation<float>;
template class DrivePerturbation<double>;

}  // namespace cohort
