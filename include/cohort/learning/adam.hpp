#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/optimizer.hpp>
#include <cohort/learning/rate_schedule.hpp>

namespace cohort {

/// Adam with bias correction (Kingma & Ba 2015, algorithm 1), as torch.optim.Adam; with `epsilon_at=outside` ε is added
/// before v is corrected, w ← w - rate √(1 - β₂ᵗ)/(1 - β₁ᵗ) · m / (√v + ε) (the end of their section 2), as in NEST.
template <class Scalar>
class Adam final : public Optimizer<Scalar> {
 public:
  static Description description();
  explicit Adam(const Parameters& parameters);

  void update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;

  /// The learning rate of the next update.
  double rate() const { return schedule_.rate(update_); }

 private:
  RateSchedule schedule_;
  double beta1_, beta2_, epsilon_;
  bool corrects_epsilon_, corrects_moments_;  ///< like v: (√v + ε) / √(1 - β₂ᵗ)
  std::int64_t update_ = 0;
  Vector<Scalar> mean_, square_;
};

}  // namespace cohort
