#include <cohort/rules/kf_rtrl.hpp>

#include <cohort/learning/balance.hpp>
#include <cohort/network/drive_reach.hpp>

#include <cmath>

namespace cohort {
namespace {

template <class Scalar>
class KroneckerInfluence final : public Influence<Scalar> {
 public:
  KroneckerInfluence(const InfluenceLayout& layout, std::shared_ptr<SignSource<Scalar>> signs)
      : layout_(layout),
        signs_(std::move(signs)),
        nu_(2),
        sources_(layout.n_sources + layout.has_initial_state),
        states_(layout.n_states(), layout.n_drives * layout.n_units),
        pushed_(layout.n_states(), layout.n_drives * layout.n_units) {}

  void start(const StepJacobian<Scalar>&, const StepKey&) override {
    sources_.setZero();
    states_.setZero();
    if (!layout_.has_initial_state) return;
    sources_[layout_.n_sources] = 1;
    states_.topLeftCorner(layout_.n_units, layout_.n_units).diagonal().setOnes();
  }

  void advance(StepJacobian<Scalar>& step, const Vector<Scalar>& source, const StepKey& key) override {
    signs_->fill(key, nu_);
    step.push(states_, pushed_);
    const Scalar p0 = balance(pushed_.norm(), sources_.norm());
    const Scalar p1 = balance(immediate_norm(step), source.norm());
    sources_ *= nu_[0] * p0;
    sources_.head(layout_.n_sources) += nu_[1] * p1 * source;
    states_ = nu_[0] / p0 * pushed_;
    for (Index v = 0; v < layout_.n_variables; ++v)
      for (Index g = 0; g < layout_.n_drives; ++g)
        states_.block(v * layout_.n_units, g * layout_.n_units, layout_.n_units, layout_.n_units).diagonal() +=
            nu_[1] / p1 * step.drive(v, g);
  }

  void add_gradient(const StepJacobian<Scalar>& step, const Vector<Scalar>& rate_credit,
                    Matrix<Scalar>& target) override {
    step.to_state(rate_credit, state_credit_);
    drive_credit_.noalias() = states_.transpose() * state_credit_;
    for (Index g = 0; g < layout_.n_drives; ++g)
      target.middleRows(g * layout_.n_sources, layout_.n_sources).noalias() +=
          sources_.head(layout_.n_sources) * drive_credit_.segment(g * layout_.n_units, layout_.n_units).transpose();
    if (layout_.has_initial_state)
      target.row(layout_.initial_row()) +=
          sources_[layout_.n_sources] * drive_credit_.head(layout_.n_units).transpose();
  }

 private:
  Scalar immediate_norm(const StepJacobian<Scalar>& step) const {
    Scalar squares = 0;
    for (Index v = 0; v < layout_.n_variables; ++v)
      for (Index g = 0; g < layout_.n_drives; ++g) squares += step.drive(v, g).squaredNorm();
    return std::sqrt(squares);
  }

  InfluenceLayout layout_;
  std::shared_ptr<SignSource<Scalar>> signs_;
  Vector<Scalar> nu_;
  Vector<Scalar> sources_;          ///< A, [n_sources], and the initial state's
  Matrix<Scalar> states_, pushed_;  ///< B and J B, [n_states x n_drives * n_units]
  Vector<Scalar> state_credit_, drive_credit_;
};

}  // namespace

template <class Scalar>
Description KfRtrl<Scalar>::description() {
  Description d;
  d.name = "kf_rtrl";
  d.summary = "Kronecker-factored real-time recurrent learning: a random product as influence matrix, exact on average";
  d.equation = "A ← ν₀ p₀ A + ν₁ p₁ ẑ, B ← ν₀ J B/p₀ + ν₁ diag(D)/p₁, ν = ±1; dW = Σ_t (B_tᵀ L_t) A_tᵀ";
  d.reference = "Mujika, Meier & Steger 2018, arXiv:1805.10842";
  d.axes = "everything on average over the signs ν; noise grows with the number of steps";
  d.cost = "O(N³) time per trial and step, O(N²) memory (per trial with every=k)";
  ForwardMode<Scalar>::describe(d);
  return d;
}

template <class Scalar>
KfRtrl<Scalar>::KfRtrl(const Parameters& parameters, std::shared_ptr<SignSource<Scalar>> signs)
    : forward_(parameters), signs_(std::move(signs)) {}

template <class Scalar>
void KfRtrl<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  n_units_ = static_cast<double>(network.n_units());
  const auto signs = signs_ ? signs_ : std::make_shared<RandomSigns<Scalar>>(stream.substream(0));
  forward_.begin(network, stream, [signs](const InfluenceLayout& layout) {
    return std::make_unique<KroneckerInfluence<Scalar>>(layout, signs);
  });
}

template <class Scalar>
void KfRtrl<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  forward_.add_gradient(context, gradient);
}

template class KfRtrl<float>;
template class KfRtrl<double>;

}  // namespace cohort
