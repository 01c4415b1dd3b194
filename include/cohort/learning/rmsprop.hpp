#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/optimizer.hpp>
#include <cohort/learning/rate_schedule.hpp>

namespace cohort {

/// RMSprop (Tieleman & Hinton 2012), as torch.optim.RMSprop: ε outside the root, momentum on the scaled gradient.
template <class Scalar>
class RmsProp final : public Optimizer<Scalar> {
 public:
  static Description description();
  explicit RmsProp(const Parameters& parameters);

  void update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;

 private:
  RateSchedule schedule_;
  Scalar alpha_, epsilon_, momentum_;
  bool is_centred_;
  std::int64_t update_ = 0;
  Vector<Scalar> square_, velocity_, mean_;
};

}  // namespace cohort
