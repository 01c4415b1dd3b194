#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_angles.hpp>
#include <cohort/learning/optimizer.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cohort {

/// Difference target propagation (Lee, Zhang, Fischer & Bengio 2015): each layer is given a target, from the layer
/// above through a learned inverse g_l(h) = tanh(V_l h + c_l) that is corrected for what it gets wrong,
///
///     t_{l-1} = h_{l-1} + g_l(t_l) - g_l(h_l),
///
/// and moves towards it, E_l = |h_l - t_l|², sum over units, mean over the batch, nothing passing further down.
///
/// `start=penultimate`: t_{L-1} = h_{L-1} - η₀ dE/dh_{L-1}, E the mean over the batch; the output layer learns by the
/// loss. `start=output` (Meulemans et al. 2020): t_L = h_L - η₀ dE/dh_L, E the sum over the batch, and every layer
/// learns by its target. Inverses learn |g_l(f_l(h_{l-1} + ε)) - (h_{l-1} + ε)|², ε ~ N(0, σ²), on the same batch, by
/// an optimizer of their own; `inverses=fixed_random` (Shibuya et al. 2023) leaves them as drawn, U(±1e-3), without c.
///
/// With skips (our own form, for the authors' could not be read) a layer's target is h_k plus the mean over the ways
/// that leave it: through an inverse of that way, or t - h of the layer where an identity ends.
template <class Scalar>
class DifferenceTargetPropagation final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit DifferenceTargetPropagation(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 5}; }
  void check(const LayeredNetwork<Scalar>& network) const override;
  void begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  bool has_update() const override { return !is_head_start_; }
  void visit_state(StateVisitor& visitor) override;
  std::vector<RuleCurve> curves() const override;
  std::vector<double> curve_values() const override { return angles_.values({reconstruction_error_}); }

  /// What moves layer l towards its target, t_l - h_l.
  const Matrix<Scalar>& step_of(Index layer) const { return steps_[static_cast<std::size_t>(layer - 1)]; }

  /// The gradient of the inverses for noise on the source of each, in the order of inverses(); sets the reconstruction
  /// error. Needs the forward pass of the network.
  void add_inverse_gradient(const LayeredNetwork<Scalar>& network, const std::vector<Matrix<Scalar>>& noise,
                            double total_weight, ParameterSet<Scalar>& gradient);
  ParameterSet<Scalar>& inverses() { return inverses_; }

 private:
  /// The inverse of one way: from layer `layer` down to the source of its way `way`.
  struct Inverse {
    Index layer, way, source;
    std::string weights, bias;
  };
  Index top(const LayeredNetwork<Scalar>& network) const;
  /// Writes g(h).
  void apply(const Inverse& inverse, const Matrix<Scalar>& activity, Matrix<Scalar>& result) const;
  void find_steps(const LayeredContext<Scalar>& context);
  void learn_inverses(const LayeredContext<Scalar>& context);

  double eta_, sigma_;
  bool starts_at_output_, learns_inverses_, is_head_start_ = false;
  std::int64_t head_start_;
  RandomStream stream_{"rule", "", 0};
  std::unique_ptr<Optimizer<Scalar>> optimizer_;
  std::vector<Inverse> ways_;
  ParameterSet<Scalar> inverses_, inverse_gradient_;
  std::vector<Matrix<Scalar>> steps_, local_, noise_, sources_;
  Matrix<Scalar> target_, before_, after_, response_;
  double reconstruction_error_ = 0;
  LayerCredit<Scalar> credit_;
  CreditAngles<Scalar> angles_{"dtp", false};
};

}  // namespace cohort
