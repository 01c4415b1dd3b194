#include <cohort/network/unit_noise.hpp>

#include <cohort/core/normal_fill.hpp>

namespace cohort {

template <class Scalar>
UnitNoise<Scalar>::UnitNoise(const VectorXd& deviation, Index n_drives, Index n_trials, const RandomStream& stream,
                             std::uint64_t first_trial, Index first_step)
    : deviation_(deviation.template cast<Scalar>()),
      n_drives_(n_drives),
      n_trials_(n_trials),
      stream_(stream),
      first_trial_(first_trial),
      first_step_(first_step),
      normals_(n_drives * deviation.size()) {}

template <class Scalar>
void UnitNoise<Scalar>::add(Index step, Scalar* drives, Index stride) const {
  const Index n_units = deviation_.size(), n = normals_.size();
  // Whole blocks for each step: a block that two steps share would be computed twice.
  const Index distance = (n + kNormalBlock - 1) / kNormalBlock * kNormalBlock;
  for (Index trial = 0; trial < n_trials_; ++trial) {
    fill_normal(stream_, first_trial_ + static_cast<std::uint64_t>(trial), normals_.data(), n,
                (first_step_ + step) * distance);
    for (Index drive = 0; drive < n_drives_; ++drive) {
      Eigen::Map<Vector<Scalar>> column(drives + (drive * n_trials_ + trial) * stride, n_units);
      column += deviation_.cwiseProduct(normals_.segment(drive * n_units, n_units));
    }
  }
}

template class UnitNoise<float>;
template class UnitNoise<double>;

}  // namespace cohort
