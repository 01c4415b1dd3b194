#include <cohort/rules/uoro.hpp>

#include <cohort/learning/balance.hpp>
#include <cohort/network/drive_reach.hpp>

#include <cmath>

namespace cohort {
namespace {

template <class Scalar>
class RankOneInfluence final : public Influence<Scalar> {
 public:
  RankOneInfluence(const InfluenceLayout& layout, std::shared_ptr<SignSource<Scalar>> signs)
      : layout_(layout),
        signs_(std::move(signs)),
        state_(layout.n_states()),
        pushed_(layout.n_states()),
        nu_(layout.n_states()),
        drive_(layout.n_units),
        parameters_(layout.n_rows(), layout.n_units) {}

  void start(const StepJacobian<Scalar>&, const StepKey& key) override {
    state_.setZero();
    parameters_.setZero();
    if (!layout_.has_initial_state) return;
    signs_->fill(key, nu_);
    state_.head(layout_.n_units) = nu_.head(layout_.n_units);
    parameters_.row(layout_.initial_row()) = nu_.head(layout_.n_units).transpose();
  }

  void advance(StepJacobian<Scalar>& step, const Vector<Scalar>& source, const StepKey& key) override {
    signs_->fill(key, nu_);
    silence_undriven(step);
    step.push(state_, pushed_);
    const Scalar p0 = balance(parameters_.norm(), pushed_.norm());
    const Scalar p1 = balance(immediate_norm(step) * source.norm(), nu_.norm());
    state_ = p0 * pushed_ + p1 * nu_;
    parameters_ /= p0;
    for (Index g = 0; g < layout_.n_drives; ++g) {
      signed_drive(step, g);
      drive_ /= p1;
      parameters_.middleRows(g * layout_.n_sources, layout_.n_sources).noalias() += source * drive_.transpose();
    }
  }

  void add_gradient(const StepJacobian<Scalar>& step, const Vector<Scalar>& rate_credit,
                    Matrix<Scalar>& target) override {
    step.to_state(rate_credit, pushed_);
    target += pushed_.dot(state_) * parameters_;
  }

 private:
  /// A variable that no drive changes has no immediate influence to spread, only noise to win.
  void silence_undriven(const StepJacobian<Scalar>& step) {
    for (Index v = 0; v < layout_.n_variables; ++v) {
      bool is_driven = false;
      for (Index g = 0; g < layout_.n_drives; ++g) is_driven = is_driven || (step.drive(v, g).array() != 0).any();
      if (!is_driven) nu_.segment(v * layout_.n_units, layout_.n_units).setZero();
    }
  }

  /// drive_ = Σ_v ν[v] ∘ ∂s[v]/∂u[g]
  void signed_drive(const StepJacobian<Scalar>& step, Index g) {
    drive_.setZero();
    for (Index v = 0; v < layout_.n_variables; ++v)
      drive_ += step.drive(v, g).cwiseProduct(nu_.segment(v * layout_.n_units, layout_.n_units));
  }

  Scalar immediate_norm(const StepJacobian<Scalar>& step) {
    Scalar squares = 0;
    for (Index g = 0; g < layout_.n_drives; ++g) {
      signed_drive(step, g);
      squares += drive_.squaredNorm();
    }
    return std::sqrt(squares);
  }

  InfluenceLayout layout_;
  std::shared_ptr<SignSource<Scalar>> signs_;
  Vector<Scalar> state_, pushed_, nu_;  ///< A, J A and ν, [n_states]
  Vector<Scalar> drive_;                ///< [n_units]
  Matrix<Scalar> parameters_;           ///< B, [n_rows x n_units]
};

}  // namespace

template <class Scalar>
Description Uoro<Scalar>::description() {
  Description d;
  d.name = "uoro";
  d.summary = "unbiased online recurrent optimization: a random rank-one influence matrix, exact on average";
  d.equation = "A ← p₀ J A + p₁ ν, B ← B/p₀ + (ν∘D) ẑᵀ/p₁, ν = ±1; dW = Σ_t (L_t·A_t) B_t";
  d.reference = "Tallec & Ollivier 2017, arXiv:1702.05043";
  d.axes = "everything on average over the signs ν; noise grows with the number of units and steps";
  d.cost = "O(N²) time per trial and step, O(N²) memory (per trial with every=k)";
  ForwardMode<Scalar>::describe(d);
  return d;
}

template <class Scalar>
Uoro<Scalar>::Uoro(const Parameters& parameters, std::shared_ptr<SignSource<Scalar>> signs)
    : forward_(parameters), signs_(std::move(signs)) {}

template <class Scalar>
void Uoro<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  const auto signs = signs_ ? signs_ : std::make_shared<RandomSigns<Scalar>>(stream.substream(0));
  forward_.begin(network, stream, [signs](const InfluenceLayout& layout) {
    return std::make_unique<RankOneInfluence<Scalar>>(layout, signs);
  });
}

template <class Scalar>
void Uoro<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  forward_.add_gradient(context, gradient);
}

template class Uoro<float>;
template class Uoro<double>;

}  // namespace cohort
