#pragma once

#include <cohort/learning/learning_rule.hpp>
#include <cohort/network/recurrent_network.hpp>

namespace cohort {

/// What carries output errors to the units.
enum class Feedback {
  symmetric,  ///< the transpose of the readout, W_outᵀ
  random      ///< a fixed random matrix, drawn like the readout: U(±1/√N) (Lillicrap et al. 2016; Liu 2025)
};

/// A point of the credit family: every temporal rule with neuron-local traces is the backward pass of the cell with some
/// of the Jacobian switched off. A named rule of the family is this plain struct, made from its parameters.
struct CreditAxes {
  Feedback feedback = Feedback::symmetric;
  CreditPath path = CreditPath::full;   ///< through which weights credit flows to other units (not `given`)
  CreditHops hops = CreditHops::all;    ///< through how many of them
  Index horizon = 0;                    ///< cut that flow every so many steps; 0 never
};

/// The one rule class of the family.
template <class Scalar>
class CreditRule final : public LearningRule<Scalar> {
 public:
  explicit CreditRule(const CreditAxes& axes);

  double relative_cost() const override { return axes_.path == CreditPath::full ? 2 : 1; }
  void begin(const Network<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const UpdateContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;

 private:
  CreditAxes axes_;
  RecurrentCredit<Scalar> credit_;
  Matrix<Scalar> feedback_;  ///< [n_units x n_outputs]
};

}  // namespace cohort
