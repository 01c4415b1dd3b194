#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_angles.hpp>

#include <vector>

namespace cohort {

/// Weight mirrors (Akrout et al. 2019): between updates each layer is driven by noise x, answers y = f(W x + b), and
/// its feedback learns by the product B += ρ Σ y xᵀ: it grows along W, which errors then come back through.
///
/// The output layer answers with its own activation function too, none in an mlp.
///
/// One mirror batch of the size of the training batch per update, and `start` of them before the first; with noise of
/// amplitude a, x ~ U(-a/2, a/2).
template <class Scalar>
class WeightMirror final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit WeightMirror(const Parameters& parameters)
      : rate_(static_cast<Scalar>(parameters.number("mirror_rate"))),
        amplitude_(parameters.number("noise")),
        n_start_(parameters.integer("start")) {}

  RuleTraits traits() const override { return {.relative_cost = 4}; }
  void begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override {
    visit_feedback(feedback_, visitor);
    visitor.visit("n_mirrored", n_mirrored_);
  }
  std::vector<RuleCurve> curves() const override { return angles_.curves(); }
  std::vector<double> curve_values() const override { return angles_.values(); }

  /// One mirror phase of layer `layer` for noise at each of its sources, [n_read x n_samples].
  void mirror(const LayeredNetwork<Scalar>& network, Index layer, const std::vector<Matrix<Scalar>>& noise);
  const typename LayerCredit<Scalar>::Feedback& feedback() const { return feedback_; }

 private:
  void mirror_all(const LayeredNetwork<Scalar>& network, Index n_samples);

  Scalar rate_;
  double amplitude_;
  std::int64_t n_start_, n_mirrored_ = 0;
  RandomStream stream_{"rule", "", 0};
  typename LayerCredit<Scalar>::Feedback feedback_;
  std::vector<Matrix<Scalar>> noise_;
  Matrix<Scalar> response_;
  LayerCredit<Scalar> credit_;
  CreditAngles<Scalar> angles_{"weight_mirror", true};
};

}  // namespace cohort
