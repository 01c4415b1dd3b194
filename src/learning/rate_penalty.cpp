#include <cohort/learning/rate_penalty.hpp>

namespace cohort {

template <class Scalar>
Description RatePenalty<Scalar>::description() {
  Description d;
  d.name = "rate_penalty";
  d.summary = "squared distance of each unit's mean rate from a target, for spiking cells";
  d.equation = "½ c Σ_i (mean rate of i - target)², rates in 1/step";
  d.reference = "Bellec et al. 2020, doi:10.1038/s41467-020-17236-y";
  d.parameters = {ParameterInfo::number("weight", 1, 0, 1e30, "1", "c"),
                  ParameterInfo::number("target_hz", 10, 0, 1e9, "Hz", "rate that every unit should have"),
                  ParameterInfo::choice("per", "batch", rate_penalty_per_names(),
                                        "whose mean rate: that of all trials together, or each trial's own")
                      .later()};
  return d;
}

template <class Scalar>
void RatePenalty<Scalar>::add_credit(const RegularizedPass<Scalar>& pass, DirectCredit<Scalar>& direct, double& value) {
  if (per_ == RatePenaltyPer::trial) return add_credit_of_trials(pass, direct, value);
  // d/dh of ½ c Σ (r - r*)², r the mean over the steps and trials of this pass
  const auto target = static_cast<Scalar>(target_hz_ * pass.dt_ms / 1000);
  const Vector<Scalar> excess = (pass.network.mean_rates().array() - target).matrix();
  value += pass.share * weight_ / 2 * static_cast<double>(excess.squaredNorm());
  const auto scale = static_cast<Scalar>(weight_ / pass.n_columns);
  if (direct.offset.size() == 0) {
    direct.offset = scale * excess;
  } else {
    direct.offset += scale * excess;
  }
}

/// d/dh of the mean over trials of ½ c Σ (r - r*)², r the mean over the steps of a trial.
template <class Scalar>
void RatePenalty<Scalar>::add_credit_of_trials(const RegularizedPass<Scalar>& pass, DirectCredit<Scalar>& direct,
                                               double& value) {
  const auto target = static_cast<Scalar>(target_hz_ * pass.dt_ms / 1000);
  const Matrix<Scalar> excess = (pass.network.trial_rates().array() - target).matrix();
  value += pass.share * weight_ / 2 * static_cast<double>(excess.squaredNorm()) / static_cast<double>(excess.cols());
  const auto scale = static_cast<Scalar>(weight_ / pass.n_columns);
  if (direct.trial_offset.size() == 0) {
    direct.trial_offset = scale * excess;
  } else {
    direct.trial_offset += scale * excess;
  }
}

template class RatePenalty<float>;
template class RatePenalty<double>;

}  // namespace cohort
