#pragma once

#include <cohort/learning/learning_rule.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cohort {

/// How the gradient g of a rule lies to that of BPTT. NaN where BPTT's is zero, the cosine also where g is zero.
struct Alignment {
  double cosine = 0;
  double norm_ratio = 0;  ///< |g| / |g of BPTT|
};

/// Watches the training of any rule: from the forward pass of an update, how the gradients of other rules would lie to
/// BPTT's. Over all recurrent and input weights together, without biases, initial states and the readout. Costs a
/// backward pass per rule, and one for BPTT.
template <class Scalar>
class AlignmentProbe {
 public:
  /// A rule that watches, and its variant, which decides its random numbers.
  struct Watcher {
    std::string variant;
    std::unique_ptr<LearningRule<Scalar>> rule;
  };

  /// Compares `watchers` with `exact`, which is BPTT. Throws UserError for a rule that needs more than the forward pass
  /// it is given.
  AlignmentProbe(std::unique_ptr<LearningRule<Scalar>> exact, std::vector<Watcher> watchers);

  /// Called once before training. A rule's random numbers depend on `stream` and its variant alone. Throws UserError
  /// when a rule cannot serve this network.
  void begin(const Network<Scalar>& network, const RandomStream& stream);

  /// One value per rule, right after the forward pass of `context`. An online schedule gives parts of trials: then both
  /// gradients are those of the part alone.
  std::vector<Alignment> measure(const UpdateContext<Scalar>& context);

  void visit_state(StateVisitor& visitor);

 private:
  /// A rule's gradient over the weights that count, [n_weights].
  VectorXd weight_gradient(LearningRule<Scalar>& rule, const UpdateContext<Scalar>& context);

  std::unique_ptr<LearningRule<Scalar>> exact_;
  std::vector<Watcher> watchers_;
  ParameterSet<Scalar> gradient_;
};

}  // namespace cohort
