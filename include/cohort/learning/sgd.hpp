#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/optimizer.hpp>
#include <cohort/learning/rate_schedule.hpp>

namespace cohort {

/// Stochastic gradient descent, as torch.optim.SGD: with heavy-ball momentum if asked for (Polyak 1964), or Nesterov's,
/// which takes the gradient where the momentum leads (Sutskever et al. 2013).
template <class Scalar>
class Sgd final : public Optimizer<Scalar> {
 public:
  static Description description();
  /// Throws UserError for nesterov without momentum.
  explicit Sgd(const Parameters& parameters);

  void update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;

 private:
  enum class Momentum { heavy_ball, nesterov };

  RateSchedule schedule_;
  Scalar momentum_;
  Momentum form_;
  std::int64_t update_ = 0;
  Vector<Scalar> velocity_;
};

}  // namespace cohort
