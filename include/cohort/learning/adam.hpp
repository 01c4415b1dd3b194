#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/optimizer.hpp>
#include <cohort/learning/rate_schedule.hpp>

namespace cohort {

/// Adam with bias correction (Kingma & Ba 2015, algorithm 1), as torch.optim.Adam.
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
  std::int64_t update_ = 0;
  Vector<Scalar> mean_, square_;
};

}  // namespace cohort
