#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/layer_credit.hpp>
#include <cohort/network/plasticity_loop.hpp>

#include <vector>

namespace cohort {

/// Plasticity of given coefficients, ΔW_l = Σ_r θ_r F_r (Shervani-Tabar & Rosenbaum 2023): what their meta-learning
/// found, as a rule. The terms are those of PlasticityLoop, the same Θ in all layers, credit through fixed random
/// matrices or the weights themselves, down to a synthetic credit e_0 of the input. Of a batch the mean of the changes
/// that its samples ask for, each for itself; the study's optimizer is not asked. θ0 = η alone, with symmetric
/// feedback, is gradient descent.
///
/// Needs networks without biases and skips.
template <class Scalar>
class Plasticity final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit Plasticity(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 4, .kind = UpdateKind::step, .is_passive = false}; }
  void check(const LayeredNetwork<Scalar>& network) const override;
  void begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;

  /// e_l of the last update, l = 0 .. L, [n_l x n_samples].
  const Matrix<Scalar>& credit(Index layer) const { return credits_[static_cast<std::size_t>(layer)]; }

 private:
  void send_credit(const LayeredContext<Scalar>& context);
  void add_change(const LayeredNetwork<Scalar>& network, Index layer, ParameterSet<Scalar>& gradient);

  PlasticityCoefficients theta_{};
  bool is_symmetric_;
  typename LayerCredit<Scalar>::Feedback feedback_;  ///< of every layer, that of the input too
  std::vector<Matrix<Scalar>> credits_;
  Matrix<Scalar> inputs_, slope_, softmax_, v_, first_, second_;
};

}  // namespace cohort
