#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_angles.hpp>
#include <cohort/learning/square_inverse.hpp>

#include <memory>
#include <vector>

namespace cohort {

/// How far towards its target a layer goes before its inverse is taken: all the way, by γ, or by γ f'(z)².
enum class TargetStep { whole, incremental, gait };

/// Where targets come down exactly (literal), or their difference from the activity in the limit γ → 0.
enum class TargetForm { difference, literal };

/// A rule whose targets come down through exact inverses.
struct InverseTargetOptions {
  TargetStep step = TargetStep::gait;
  TargetForm form = TargetForm::difference;
  double gamma = 1e-3;
  double lambda = 0;  ///< of the penalty λ |offdiag(WᵀW)|², every layer's

  /// Of a rule whose targets come down in steps: how, in two equations, its parameters "gamma", "form" and "lambda",
  /// and what it costs. Name and summary are the rule's own.
  static Description description(const std::string& difference, const std::string& literal);
  static InverseTargetOptions from(TargetStep step, const Parameters& parameters);
};

/// Target propagation through exact inverses (Ahmad, van Gerven & Ambrogioni 2020). From the top down,
///
///     t_L = h_L - dE/dh_L (E the loss of one sample), ΔW_l ∝ -m (f'(z_l) ∘ (h_l - t_l)) h_{l-1}ᵀ,
///     t_{l-1} = f_l⁻¹((1 - g) h_l + g t_l), m ← m / γ,
///
/// m = 1 at the top, g = 1 (m stays 1), γ or γ f'(z_l)²; units that the layer above does not read keep their activity
/// as target. The difference form carries a_l = m (h_l - t_l) itself in the limit γ → 0,
///
///     a_{l-1} = W_l⁻¹ (f'(z_l) ∘ a_l), without steps by f'² a_{l-1} = W_l⁻¹ (a_l / f'(z_l)),
///
/// and so keeps the digits that the literal form loses, four per layer at γ = 1e-3; that one works in double precision.
/// With orthogonal weights steps by γ f'² are backpropagation.
///
/// Needs a network whose layers have square weights and invertible activations. Weights without an inverse end the run
/// (RunError).
template <class Scalar>
class InverseTargetRule final : public LayeredRule<Scalar> {
 public:
  explicit InverseTargetRule(const InverseTargetOptions& options);

  RuleTraits traits() const override { return {.relative_cost = 8}; }
  void check(const LayeredNetwork<Scalar>& network) const override;
  void begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}
  std::vector<RuleCurve> curves() const override;
  std::vector<double> curve_values() const override { return angles_.values({orthogonality_}); }

  /// a_l of the last update, of the loss that was handed over.
  const Matrix<Scalar>& activity_credit(Index layer) const { return credits_[static_cast<std::size_t>(layer - 1)]; }
  /// t_l of the last update in the literal form.
  const MatrixXd& target(Index layer) const { return targets_[static_cast<std::size_t>(layer - 1)]; }

 private:
  /// Looks at WᵀW of every layer: how orthogonal it is, and the gradient of the penalty.
  void weigh(const LayeredNetwork<Scalar>& network, ParameterSet<Scalar>& gradient);
  void propagate_differences(const LayeredContext<Scalar>& context);
  void propagate_targets(const LayeredContext<Scalar>& context);
  void write_target_below(Index layer, const MatrixXd& target);

  InverseTargetOptions options_;
  std::vector<bool> is_orthogonal_;  ///< W of each layer
  std::vector<Matrix<Scalar>> credits_;
  std::vector<MatrixXd> targets_;
  SquareInverse<Scalar> inverse_;
  SquareInverse<double> exact_inverse_;
  std::unique_ptr<LayeredNetwork<double>> exact_;  ///< the network in double precision
  MatrixXd exact_inputs_, mixed_, drive_, below_exactly_;
  Matrix<Scalar> gram_, local_, below_;
  double orthogonality_ = 0;
  LayerCredit<Scalar> credit_;
  CreditAngles<Scalar> angles_;
};

}  // namespace cohort
