#pragma once

#include <cohort/learning/error_feedback.hpp>
#include <cohort/learning/influence.hpp>
#include <cohort/learning/temporal_rule.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace cohort {

/// What all rules that carry an influence forward in time do alike: they walk through the trials one after the other,
/// step by step, and weigh the influence with the learning signal, dθ = Σ_t L_t ∂h_t/∂θ.
///
/// Under an online schedule the influence of every trial is carried from one part of the trials to the next. A leaky
/// readout filters it on the way, ȳ_t = κ ȳ_{t-1} + (1 - κ) Bᵀ ∂h_t/∂θ, which no schedule can cut off.
///
/// The derivatives of all steps are kept for a pass, a few times the memory of the trajectory.
template <class Scalar>
class ForwardMode {
 public:
  using Make = std::function<std::unique_ptr<Influence<Scalar>>(const InfluenceLayout&)>;

  /// Appends the parameters of feedback and schedule to a rule's description.
  static void describe(Description& description);

  explicit ForwardMode(const Parameters& parameters);

  Index steps_per_update() const { return steps_per_update_; }
  FeedbackKind feedback() const { return feedback_kind_; }

  /// `make` makes the influence of one trial, `stream` is for random feedback.
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream, Make make);

  /// Adds the gradient of the batch; the readout's is exact.
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient);

  /// Influences begin anew with every trial, so only the feedback stays.
  void visit_state(StateVisitor& visitor) { visitor.visit_part("feedback", error_feedback_); }

  /// The derivatives of a step of the last batch.
  const Linearization<Scalar>& linearization(Index step) const { return at(step).derivatives; }

 private:
  struct Step {
    Linearization<Scalar> derivatives;
    Matrix<Scalar> signal;  ///< dE/dh_t that does not pass through a leaky readout, [n_units x n_trials]
  };
  /// What goes from one part of a trial to the next.
  struct Carried {
    std::unique_ptr<Influence<Scalar>> influence;
    std::vector<Matrix<Scalar>> outputs;  ///< ȳ of a leaky readout, one [n_rows x n_units] per output
  };

  const Step& at(Index step) const { return steps_[static_cast<std::size_t>(step)]; }
  void prepare(const TemporalContext<Scalar>& context);
  void walk(const TemporalContext<Scalar>& context, Index trial, Carried& carried);
  void add_step(const TemporalContext<Scalar>& context, Index step, Index trial, Carried& carried);
  void add_through_leak(const TemporalContext<Scalar>& context, Index column, Carried& carried);
  void add_to(const RecurrentNetwork<Scalar>& network, ParameterSet<Scalar>& gradient);

  Index steps_per_update_;
  FeedbackKind feedback_kind_;
  ErrorFeedback<Scalar> error_feedback_;
  InfluenceLayout layout_;
  Make make_;
  std::vector<Step> steps_;
  std::vector<Carried> carried_;  ///< one per trial of an online schedule, else one
  StepJacobian<Scalar> jacobian_;
  Matrix<Scalar> feedback_;        ///< B, [n_units x n_outputs]
  Matrix<Scalar> no_feedback_;     ///< what is left of it where all errors pass through the leak
  Matrix<Scalar> unit_gradient_;   ///< [n_rows x n_units]
  Matrix<Scalar> drive_gradient_;  ///< [n_drives * n_units x n_sources]
  Vector<Scalar> source_, rate_credit_;
};

}  // namespace cohort
