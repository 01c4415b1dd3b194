#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_angles.hpp>

namespace cohort {

/// How large the entries of sign-symmetric feedback are.
enum class SignMagnitude {
  uniform,       ///< usf: all alike, √(2/(fan in + fan out))
  batch_random,  ///< brsf: drawn anew for every update
  fixed_random   ///< frsf: drawn once
};

/// Sign symmetry (Liao, Leibo & Poggio 2016): credit comes back through matrices that have the signs of the present
/// forward weights and magnitudes of their own.
template <class Scalar>
class SignSymmetry final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit SignSymmetry(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 2.2}; }
  void begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override { visit_feedback(magnitude_, visitor); }
  std::vector<RuleCurve> curves() const override { return angles_.curves(); }
  std::vector<double> curve_values() const override { return angles_.values(); }

 private:
  SignMagnitude variant_;
  RandomStream stream_{"rule", "", 0};
  typename LayerCredit<Scalar>::Feedback magnitude_, feedback_;
  LayerCredit<Scalar> credit_;
  CreditAngles<Scalar> angles_{"sign_symmetry", true};
};

}  // namespace cohort
