#pragma once

#include <cohort/learning/state_visitor.hpp>
#include <cohort/network/network.hpp>

namespace cohort {

/// A forward pass over trials, or over some steps of them, as a regularizer sees it.
template <class Scalar>
struct RegularizedPass {
  const Network<Scalar>& network;  ///< right after the pass
  double mean_square_rate = 0;     ///< mean of h² over units, steps and trials of the pass
  double share = 1;                ///< of the trials' steps that the pass ran
  double n_columns = 1;            ///< steps of the whole trials, times trials
  double dt_ms = 1;
};

/// Which curve of the record the value of a regularizer adds to.
enum class RegularizerCurve { activity_penalty, regularizer };

/// A term that is added to the loss and does not come from the outputs. It speaks to the rule as learning signal on the
/// rates (add_credit), to the optimizer as gradient on the parameters (add_gradient), or both. Both add what the term
/// is worth to `value`.
template <class Scalar>
class Regularizer {
 public:
  virtual ~Regularizer() = default;

  virtual RegularizerCurve curve() const { return RegularizerCurve::regularizer; }

  /// Called before an update, which may consist of several passes.
  virtual void begin_update() {}

  /// Adds dE/dh of the term to `direct`.
  virtual void add_credit(const RegularizedPass<Scalar>&, DirectCredit<Scalar>&, double& /*value*/) {}

  /// Adds dE/dθ of the term to `gradient`. Not called for rules whose numbers are no gradient.
  virtual void add_gradient(const ParameterSet<Scalar>& /*parameters*/, ParameterSet<Scalar>& /*gradient*/,
                            double& /*value*/) {}

  /// Called after an update that was made; `loss` is that of its trials, without regularizers.
  virtual void end_update(double /*loss*/) {}

  virtual void visit_state(StateVisitor&) {}
};

}  // namespace cohort
