#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/layer_credit.hpp>

#include <vector>

namespace cohort {

/// Node perturbation through depth (Fiete & Seung 2006 for networks of layers): the batch passes again with normal
/// noise σξ_l on the activities of the hidden layers, and noise that raised the loss of a trial by ΔE counts against
/// them,
///
///     dE/dh_l ≈ ΔE/σ ξ_l, e_l = dE/dh_l ∘ f'(z_l),
///
/// averaged over `samples`, each trial weighed by its own ΔE alone. To first order in σ the mean over the noise is the
/// gradient; with antithetic=true the batch passes with -ξ too, ΔE is half the difference, right to second order. The
/// output layer is exact.
template <class Scalar>
class LayeredNodePerturbation final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit LayeredNodePerturbation(const Parameters& parameters);

  RuleTraits traits() const override;
  void begin(const LayeredNetwork<Scalar>&, const RandomStream& stream) override { stream_ = stream; }
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}

 private:
  void draw_noise(const LayeredContext<Scalar>& context, Index sample);
  /// Costs of the trials, regularizers of activities included, with `factor` times the noise.
  VectorXd disturbed_costs(const LayeredContext<Scalar>& context, Scalar factor);

  void add_direct_to_output(const LayeredContext<Scalar>& context);

  double sigma_;
  Index samples_;
  bool antithetic_;
  RandomStream stream_{"rule", "", 0};
  std::vector<Matrix<Scalar>> noise_, credits_, activities_, sources_;  ///< ξ_l, dE/dh_l, h_l disturbed
  LayerCredit<Scalar> credit_;
};

}  // namespace cohort
