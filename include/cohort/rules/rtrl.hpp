#pragma once

#include <cohort/learning/forward_mode.hpp>
#include <cohort/learning/temporal_rule.hpp>

namespace cohort {

/// Real-time recurrent learning (Williams & Zipser 1989, doi:10.1162/neco.1989.1.2.270): the exact influence of every
/// parameter on every state, carried forward in time. At the end of a trial the same gradient as backpropagation
/// through time, on every cell; with updates inside the trial it credits the past of all parts, which truncation
/// cannot.
template <class Scalar>
class Rtrl final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit Rtrl(const Parameters& parameters);

  RuleTraits traits() const override;
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override { forward_.visit_state(visitor); }

 private:
  ForwardMode<Scalar> forward_;
  Index n_units_ = 100;  ///< for the cost, a guess until training begins
};

}  // namespace cohort
