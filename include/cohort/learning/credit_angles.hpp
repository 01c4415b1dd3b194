#pragma once

#include <cohort/learning/layer_credit.hpp>

#include <limits>
#include <string>
#include <vector>

namespace cohort {

/// What a rule whose credit takes another way than the weights records of itself, in degrees, as curves of its own: how
/// its credit e_l lies to backprop's in the first, in the last and on average over all hidden layers, and how its
/// feedback B lies to the weights W, both as vectors, on average over the matrices. NaN where there is nothing to
/// compare.
///
/// It costs a backward pass, so every `period` updates are looked at; between them curves have NaN.
template <class Scalar>
class CreditAngles {
 public:
  static constexpr std::uint64_t period = 20;

  /// `rule` begins the names of the curves. Without `has_feedback` there is none of feedback.
  CreditAngles(std::string rule, bool has_feedback) : rule_(std::move(rule)), has_feedback_(has_feedback) {}

  /// These curves, behind `own` ones of the rule, and their values.
  std::vector<RuleCurve> curves(std::vector<RuleCurve> own = {}) const;
  std::vector<double> values(std::vector<double> own = {}) const;

  /// Looks at an update whose credit is `own`, that came through `feedback` (null: not to be compared).
  void look(const LayeredContext<Scalar>& context, const LayerCredit<Scalar>& own,
            const typename LayerCredit<Scalar>::Feedback* feedback = nullptr);

 private:
  void look_at_credit(const LayeredContext<Scalar>& context, const LayerCredit<Scalar>& own);
  void look_at_feedback(const LayeredNetwork<Scalar>& network, const typename LayerCredit<Scalar>::Feedback& feedback);

  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::string rule_;
  bool has_feedback_;
  double first_ = kNone, last_ = kNone, mean_ = kNone, of_feedback_ = kNone;
  LayerCredit<Scalar> exact_;
};

}  // namespace cohort
