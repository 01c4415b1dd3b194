#pragma once

#include <cohort/learning/regularizer.hpp>
#include <cohort/learning/training_options.hpp>

#include <memory>
#include <vector>

namespace cohort {

/// What the regularizers of an update are worth, by curve.
struct RegularizerValues {
  double activity_penalty = 0;
  double regularizer = 0;

  double& of(RegularizerCurve curve) {
    return curve == RegularizerCurve::activity_penalty ? activity_penalty : regularizer;
  }
  RegularizerValues& operator+=(const RegularizerValues& other) {
    activity_penalty += other.activity_penalty;
    regularizer += other.regularizer;
    return *this;
  }
};

/// All regularizers of a training, one after the other: those of the options' own keys (activity_penalty, rate_penalty,
/// l2) where they are not 0, then those listed as `regularizers`.
template <class Scalar>
class RegularizerList {
 public:
  explicit RegularizerList(const TrainingOptions& options);

  void begin_update();
  /// The learning signal of all of them together.
  DirectCredit<Scalar> credit(const RegularizedPass<Scalar>& pass, RegularizerValues& values);
  void add_gradient(const ParameterSet<Scalar>& parameters, ParameterSet<Scalar>& gradient, RegularizerValues& values);
  void end_update(double loss);
  void visit_state(StateVisitor& visitor);

 private:
  std::vector<std::unique_ptr<Regularizer<Scalar>>> regularizers_;
};

}  // namespace cohort
