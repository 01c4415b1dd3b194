#include <cohort/learning/activity_penalty.hpp>

namespace cohort {

template <class Scalar>
Description ActivityPenalty<Scalar>::description() {
  Description d;
  d.name = "activity_penalty";
  d.summary = "mean square rate, with a weight that falls by a third while the penalty is over half the loss";
  d.equation = "c · mean(h²); c ← 2c/3 after an update with c · mean(h²) ≥ E/2";
  d.reference = "Liu, Yang & Cueva 2025";
  d.parameters = {ParameterInfo::number("weight", 1, 0, 1e30, "1", "c at the start")};
  return d;
}

template <class Scalar>
void ActivityPenalty<Scalar>::add_credit(const RegularizedPass<Scalar>& pass, DirectCredit<Scalar>& direct,
                                         double& value) {
  if (!(weight_ > 0)) return;
  // d/dh of c · mean(h²), the mean over the whole trials
  const double penalty = pass.share * weight_ * pass.mean_square_rate;
  value_ += penalty;
  value += penalty;
  direct.rate_weight +=
      static_cast<Scalar>(2 * weight_ / (static_cast<double>(pass.network.n_units()) * pass.n_columns));
}

template <class Scalar>
void ActivityPenalty<Scalar>::end_update(double loss) {
  if (value_ > 0 && value_ >= loss / 2) weight_ *= 2.0 / 3.0;
}

template class ActivityPenalty<float>;
template class ActivityPenalty<double>;

}  // namespace cohort
