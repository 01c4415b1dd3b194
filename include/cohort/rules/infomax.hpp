#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/layered_rule.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Learning to tell as much as possible about the input (after T. Liu 2021, of whom only the abstract and the objective
/// could be read: the forms are ours). The gradient of I(x; y) is presynaptic activity × (spike − expectation) ×
/// surprise,
///
///     dI/dW_ij = E[(y_i - s_i) x_j (log p(y|x) - log p(y))],
///
/// and the unknown p(y) is replaced by what units know of one another:
///
/// - `lateral`: q(y) = Π q_i(y_i), q_i(1) = s(c_i + Σ_{k<i} L_ik y_k), which learns ΔL_ik ∝ (y_i - q_i) y_k,
///   Δc_i ∝ y_i - q_i. W climbs U = E log p(y|x) - E log q(y) = I + KL(p(y) ‖ q), which L and c lower. They must be
///   fast beside W: where q lags behind, W climbs the KL instead of the information.
/// - `enumerated`: log p(y) itself, over all codes: the gradient of I, to tell what a local q costs from the maxima
///   that I has.
/// - `factorized`: Π m_i(y_i) of running means: climbs Σ_i I(x; y_i); `decorrelation` κ takes off κ Σ_{k≠i} C_ik (y_k -
///   m_k) s_i (1 - s_i) x_j, C the running covariances (anti-Hebbian).
/// - `bell_sejnowski` (Bell & Sejnowski 1995): ΔW = W^{-T} + (1 - 2y) xᵀ, y = s(u), for as many units as inputs.
///
/// Expectations are over `samples` draws of the spikes at every step of every trial, or with samples=0 over all codes.
/// Steps count by the mask of the first output. Curves tell I and U in bits by enumeration, of at most 12 units.
template <class Scalar>
class Infomax final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit Infomax(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 10, .is_passive = false}; }
  void check(const LayeredNetwork<Scalar>& network) const override;
  void begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;
  std::vector<RuleCurve> curves() const override;
  std::vector<double> curve_values() const override { return {information_, bound_}; }

  /// What the last update asked L [n x n, strictly lower] and c to do, for ascent of E log q, before its rate.
  const MatrixXd& lateral_change() const { return lateral_change_; }
  const VectorXd& offset_change() const { return offset_change_; }
  /// Sets the lateral model, the running means included.
  void set_lateral(const MatrixXd& lateral, const VectorXd& offset) {
    lateral_ = lateral;
    offset_ = offset;
  }
  void set_means(const VectorXd& means) { means_ = means; }

 private:
  enum class Variant { bell_sejnowski, enumerated, factorized, lateral };
  /// Adds what one code at one input asks for, with a weight.
  void add_code(const VectorXd& code, const VectorXd& fires, const VectorXd& input, double weight);
  void add_bell_sejnowski(const LayeredContext<Scalar>& context, const MatrixXd& fires, const VectorXd& weights);
  void add_all_codes(const LayeredContext<Scalar>& context, const MatrixXd& fires, const VectorXd& weights);
  void learn_lateral(const MatrixXd& fires, const VectorXd& weights);
  void measure(const MatrixXd& fires, const VectorXd& weights);
  /// q_i(1) given the code.
  VectorXd expected_by_others(const VectorXd& code) const;

  Variant variant_;
  Index samples_;
  double lateral_rate_, mean_rate_, decorrelation_;
  RandomStream stream_{"rule", "", 0};
  MatrixXd lateral_, covariance_;  ///< L, C
  VectorXd offset_, means_;        ///< c, m
  MatrixXd weight_change_, lateral_change_;
  VectorXd bias_change_, offset_change_, marginal_;  ///< marginal_: p(y) of the enumerated variant, [codes]
  double information_ = 0, bound_ = 0;
};

}  // namespace cohort
