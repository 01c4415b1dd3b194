#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/family_rule.hpp>
#include <cohort/network/plastic_mlp.hpp>

namespace cohort {

/// The exact gradient of the loss of episodes by the coefficients of the plasticity within (forward mode, see
/// PlasticityLoop), plus λ|Θ|₁.
///
/// Guards, for an episode that diverges has no derivatives, or immense ones: an episode whose weights became infinite
/// or whose loss is above `most_loss` is left out of the gradient; with `clip` c each component is cut at c √v, v the
/// running mean of its square; with `roll_back` a batch of which nothing is left puts Θ back to what it was before the
/// last one that learned something; the optimizer takes no step then. What happened is counted in curves.
template <class Scalar>
class MetaGradient final : public FamilyRule<Scalar, PlasticMlp<Scalar>> {
 public:
  using Context = UpdateContext<Scalar, PlasticMlp<Scalar>>;

  static Description description();
  explicit MetaGradient(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 0.1, .is_exact = true, .is_passive = false}; }
  void begin(const PlasticMlp<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const Context& context, ParameterSet<Scalar>& gradient) override;
  bool has_update() const override { return !is_lost_; }
  void visit_state(StateVisitor& visitor) override;
  std::vector<RuleCurve> curves() const override;
  std::vector<double> curve_values() const override {
    return {n_skipped_, n_clipped_, n_rolled_back_, first_angle_, last_angle_};
  }

 private:
  bool is_left_out(const Context& context, Index trial, const VectorXd& losses) const;
  /// The angles of every 10th update, NaN at others.
  void look_at_angles(const Context& context);
  void clip(Vector<Scalar>& gradient);
  void roll_back(const Context& context);

  double lambda_, most_loss_, clip_;
  bool rolls_back_, is_lost_ = false;  ///< is_lost_: nothing was left of the last batch
  std::int64_t n_seen_ = 0;
  Vector<double> square_;         ///< running mean of each component's square
  Vector<Scalar> kept_, before_;  ///< Θ to go back to, and of the update before
  double first_angle_ = 0, last_angle_ = 0;
  double n_skipped_ = 0, n_clipped_ = 0, n_rolled_back_ = 0;  ///< of the last update
};

}  // namespace cohort
