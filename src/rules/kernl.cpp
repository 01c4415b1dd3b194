#include <cohort/rules/kernl.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/network/drive_reach.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

/// Factorized influence ∂h_k/∂θ_ij = β_ki e_ij.
template <class Scalar>
class KernelInfluence final : public Influence<Scalar> {
 public:
  KernelInfluence(const InfluenceLayout& layout, std::shared_ptr<const SensitivityKernel<Scalar>> kernel)
      : layout_(layout),
        kernel_(std::move(kernel)),
        traces_(layout.n_rows(), layout.n_units),
        gain_(layout.n_units),
        weight_(layout.n_units) {}

  void start(const StepJacobian<Scalar>& first, const StepKey&) override {
    traces_.setZero();
    if (layout_.has_initial_state) traces_.row(layout_.initial_row()) = first.slope_before(0).transpose();
  }

  void advance(StepJacobian<Scalar>& step, const Vector<Scalar>& source, const StepKey&) override {
    gain_ = (1 - kernel_->gamma.array()).matrix();
    traces_ *= gain_.asDiagonal();
    for (Index g = 0; g < layout_.n_drives; ++g) {
      gain_.setZero();
      for (Index v = 0; v < layout_.n_variables; ++v) gain_ += step.slope(v).cwiseProduct(step.drive(v, g));
      traces_.middleRows(g * layout_.n_sources, layout_.n_sources).noalias() += source * gain_.transpose();
    }
  }

  void add_gradient(const StepJacobian<Scalar>&, const Vector<Scalar>& rate_credit, Matrix<Scalar>& target) override {
    weight_.noalias() = kernel_->beta.transpose() * rate_credit;
    target.noalias() += traces_ * weight_.asDiagonal();
  }

 private:
  InfluenceLayout layout_;
  std::shared_ptr<const SensitivityKernel<Scalar>> kernel_;
  Matrix<Scalar> traces_;         ///< e, [n_rows x n_units]
  Vector<Scalar> gain_, weight_;  ///< D of one drive, βᵀ L: [n_units]
};

}  // namespace

template <class Scalar>
Description Kernl<Scalar>::description() {
  Description d;
  d.name = "kernl";
  d.summary = "KeRNL: eligibility traces with learned kernels, errors through a learned sensitivity matrix";
  d.equation =
      "e_ij ← (1-γ_i) e_ij + D_i ẑ_j; dW_ij = Σ_t (Σ_k L_k β_ki) e_ij; β, γ from Δh ≈ β Ω, "
      "Ω_i ← (1-γ_i) Ω_i + D_i ξ_i";
  d.reference = "Roth, Kanitscheider & Fiete 2019, ICLR; Marschall, Cho & Savin 2020, arXiv:1907.02649";
  d.axes = "∂h_k(t)/∂h_i(t') as β_ki (1-γ_i)^(t-t'), learned from perturbations; rate=0 with γ = α on rate is RFLO";
  d.cost = "O(N²) time per trial and step and a second forward pass, O(N²) memory (per trial with every=k)";
  d.parameters = {ParameterInfo::number("gamma", 0.1, 0, 1, "1/step", "γ of all units at the start; β starts as I"),
                  ParameterInfo::number("rate", 0.1, 0, 1, "1", "how far β and γ move per update; 0 freezes them"),
                  ParameterInfo::number("sigma", 0.01, 1e-6, 1, "1", "standard deviation of the noise on the drives")};
  ForwardMode<Scalar>::describe(d);
  return d;
}

template <class Scalar>
Kernl<Scalar>::Kernl(const Parameters& parameters)
    : forward_(parameters),
      gamma_(parameters.number("gamma")),
      rate_(parameters.number("rate")),
      sigma_(parameters.number("sigma")) {}

template <class Scalar>
void Kernl<Scalar>::check(const RecurrentNetwork<Scalar>& network) const {
  const CellTraits& traits = network.cell().traits();
  if (traits.is_spiking)
    throw UserError(fmt::format("kernl cannot train {}", traits.name),
                    "it learns from what small perturbations do, and spikes do not change a little",
                    "Use a cell with smooth rates.");
}

template <class Scalar>
void Kernl<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  const Index n_units = network.n_units();
  kernel_ = std::make_shared<SensitivityKernel<Scalar>>();
  kernel_->beta.setIdentity(n_units, n_units);
  kernel_->gamma.setConstant(n_units, static_cast<Scalar>(gamma_));
  perturbation_.emplace(stream.substream(0), sigma_, network.cell().traits());
  forward_.begin(network, stream, [kernel = kernel_](const InfluenceLayout& layout) {
    return std::make_unique<KernelInfluence<Scalar>>(layout, kernel);
  });
}

template <class Scalar>
void Kernl<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  forward_.add_gradient(context, gradient);
  if (rate_ == 0) return;
  run_perturbed(context);
  for (Index step = 0; step < context.batch.n_steps; ++step) observe_step(context, step);
  improve_kernel();
}

/// The cell runs once more, into a trajectory of its own: the network's stays as it was.
template <class Scalar>
void Kernl<Scalar>::run_perturbed(const TemporalContext<Scalar>& context) {
  RecurrentNetwork<Scalar>& network = context.network;
  const Index n_units = network.n_units(), n_trials = context.batch.n_trials;
  perturbation_->select(context);
  ForwardOptions<Scalar> pass;
  pass.carry_on = context.first_step > 0;
  pass.noise = &*perturbation_;
  network.cell().forward(network.parameters(), context.batch.inputs, n_trials, pass, perturbed_);
  if (context.first_step == 0) {
    filtered_.setZero(n_units, n_trials);
    slope_.setZero(n_units, n_trials);
    error_power_ = effect_power_ = 0;
  }
  beta_gradient_.setZero(n_units, n_units);
  filtered_power_.setZero(n_units);
  gamma_gradient_.setZero(n_units);
  slope_power_.setZero(n_units);
}

template <class Scalar>
void Kernl<Scalar>::observe_step(const TemporalContext<Scalar>& context, Index step) {
  const Index n_trials = context.batch.n_trials, first = (step + 1) * n_trials;
  perturbation_->draw(step, noise_);
  filter_noise(forward_.linearization(step));
  effect_ = (perturbed_.rates.matrix().middleCols(first, n_trials) -
             context.network.trajectory().rates.matrix().middleCols(first, n_trials)) /
            static_cast<Scalar>(sigma_);
  error_ = -effect_;
  error_.noalias() += kernel_->beta * filtered_;
  back_.noalias() = kernel_->beta.transpose() * error_;
  beta_gradient_.noalias() += error_ * filtered_.transpose();
  filtered_power_ += filtered_.rowwise().squaredNorm();
  gamma_gradient_ += back_.cwiseProduct(slope_).rowwise().sum();
  slope_power_ += slope_.rowwise().squaredNorm();
  error_power_ += static_cast<double>(error_.squaredNorm());
  effect_power_ += static_cast<double>(effect_.squaredNorm());
}

template <class Scalar>
void Kernl<Scalar>::filter_noise(const Linearization<Scalar>& derivatives) {
  const Index n_trials = filtered_.cols();
  const Index n_variables = derivatives.slope.cols() / n_trials, n_drives = noise_.cols() / n_trials;
  const auto decay = (1 - kernel_->gamma.array()).matrix().asDiagonal();
  slope_ = decay * slope_ - filtered_;
  filtered_ = decay * filtered_;
  for (Index v = 0; v < n_variables; ++v)
    for (Index g = 0; g < n_drives; ++g)
      filtered_.array() += derivatives.slope.matrix().middleCols(v * n_trials, n_trials).array() *
                           derivatives.drive.matrix().middleCols((v * n_drives + g) * n_trials, n_trials).array() *
                           noise_.middleCols(g * n_trials, n_trials).array();
}

template <class Scalar>
void Kernl<Scalar>::improve_kernel() {
  const auto rate = static_cast<Scalar>(rate_);
  Matrix<Scalar>& beta = kernel_->beta;
  for (Index unit = 0; unit < beta.cols(); ++unit) {
    const Scalar curvature = beta.col(unit).squaredNorm() * slope_power_[unit];
    if (curvature > 0) {
      Scalar& gamma = kernel_->gamma[unit];
      gamma = std::clamp(gamma - rate * gamma_gradient_[unit] / curvature, Scalar{0}, Scalar{1});
    }
    if (filtered_power_[unit] > 0) beta.col(unit) -= rate / filtered_power_[unit] * beta_gradient_.col(unit);
  }
}

template <class Scalar>
void Kernl<Scalar>::visit_state(StateVisitor& visitor) {
  forward_.visit_state(visitor);
  visitor.visit("beta", kernel_->beta);
  visitor.visit("gamma", kernel_->gamma);
}

template <class Scalar>
std::vector<RuleCurve> Kernl<Scalar>::curves() const {
  if (rate_ == 0) return {};  // nothing is predicted
  return {{"kernl_prediction_error", "squared error of the predicted effects of a perturbation over their square"}};
}

template <class Scalar>
std::vector<double> Kernl<Scalar>::curve_values() const {
  if (rate_ == 0) return {};
  return {prediction_error()};
}

template class Kernl<float>;
template class Kernl<double>;

}  // namespace cohort
