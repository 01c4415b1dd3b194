#pragma once

#include <cohort/learning/credit_axes.hpp>
#include <cohort/learning/eligibility_traces.hpp>
#include <cohort/learning/temporal_rule.hpp>

namespace cohort {

/// The one rule class of the credit family.
///
/// At the end of a trial the update is one backward pass of the cell. With updates inside the trial, rules that let
/// credit flow through no connection, or through each unit's connection to itself only, carry explicit eligibility
/// traces from one update to the next, so nothing is lost; all others cut credit at each update (truncated
/// backpropagation through time, Williams & Peng 1990), and `horizon` counts from the update's last step.
template <class Scalar>
class CreditRule final : public TemporalRule<Scalar> {
 public:
  explicit CreditRule(const CreditAxes& axes);

  RuleTraits traits() const override;
  /// Throws UserError naming the axis that the network does not allow.
  void check(const RecurrentNetwork<Scalar>& network) const override;

  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;

 private:
  bool is_exact() const;
  bool carries_traces() const;
  void check_connections(const CellTraits& traits) const;
  double guessed_cost(const CellTraits& traits) const;

  CreditAxes axes_;
  RecurrentCredit<Scalar> credit_;
  ErrorFeedback<Scalar> feedback_;
  EligibilityTraces<Scalar> traces_;
  double relative_cost_;
};

}  // namespace cohort
