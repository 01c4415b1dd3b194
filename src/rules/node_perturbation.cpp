#include <cohort/rules/node_perturbation.hpp>

#include <cohort/core/normal_fill.hpp>
#include <cohort/network/drive_reach.hpp>
#include <cohort/learning/trial_cost.hpp>

namespace cohort {
namespace {

/// `factor` times given numbers, on top of the unit noise.
template <class Scalar>
class GivenNoise final : public DriveNoise<Scalar> {
 public:
  /// The first columns of `noise` are [n_units x n_drives * n_columns], drive by drive.
  GivenNoise(const Matrix<Scalar>& noise, Index n_drives, Index n_columns, Index n_trials, double factor,
             const DriveNoise<Scalar>* unit_noise)
      : noise_(noise),
        n_drives_(n_drives),
        n_columns_(n_columns),
        n_trials_(n_trials),
        factor_(static_cast<Scalar>(factor)),
        unit_noise_(unit_noise) {}

  void add(Index step, Scalar* drives, Index stride) const override {
    if (unit_noise_) unit_noise_->add(step, drives, stride);
    Eigen::Map<Matrix<Scalar>, 0, Eigen::OuterStride<>> target(drives, noise_.rows(), n_drives_ * n_trials_,
                                                               Eigen::OuterStride<>(stride));
    for (Index drive = 0; drive < n_drives_; ++drive)
      target.middleCols(drive * n_trials_, n_trials_) +=
          factor_ * noise_.middleCols(drive * n_columns_ + step * n_trials_, n_trials_);
  }

 private:
  const Matrix<Scalar>& noise_;
  Index n_drives_, n_columns_, n_trials_;
  Scalar factor_;
  const DriveNoise<Scalar>* unit_noise_;
};

}  // namespace

template <class Scalar>
Description NodePerturbation<Scalar>::description() {
  Description d;
  d.name = "node_perturbation";
  d.summary = "runs trials again with noise on the drives and follows what lowered the loss";
  d.equation =
      "dE/dW = 1/σ Σ_t ΔE ξ_t ẑ_tᵀ, dE/ds₀ = 1/σ ΔE ξ₀, ΔE = E(s₀ + σξ₀, u + σξ) - E of each trial, "
      "ẑ_t = [h_{t-1}; x_t; 1]";
  d.version = 2;
  d.reference = "Fiete & Seung 2006, doi:10.1103/PhysRevLett.97.048104";
  d.parameters = {ParameterInfo::number("sigma", 1e-2, 1e-9, 1e6, "1",
                                        "σ of the noise on the drives and on a learned initial state"),
                  ParameterInfo::integer("samples", 1, 1, 1'000'000, "1", "draws of the noise averaged in an update"),
                  ParameterInfo::flag("antithetic", false, "run every draw with both signs")};
  d.axes = "unbiased in the limit of small noise, all paths, random direction per unit and step; exact readout";
  d.cost = "samples forward passes (twice that if antithetic); O(B T N) memory";
  return d;
}

template <class Scalar>
NodePerturbation<Scalar>::NodePerturbation(const Parameters& parameters)
    : sigma_(parameters.number("sigma")),
      samples_(parameters.integer("samples")),
      antithetic_(parameters.flag("antithetic")),
      stream_("rule", "", 0) {}

template <class Scalar>
RuleTraits NodePerturbation<Scalar>::traits() const {
  return {.relative_cost = static_cast<double>(samples_ * (antithetic_ ? 2 : 1)) + 1, .is_passive = false};
}

template <class Scalar>
void NodePerturbation<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  stream_ = stream;
  learned_start_.clear();
  for (const ParameterBlock& block : network.parameters().layout.blocks())
    if (block.role == ParameterRole::initial_state) learned_start_ = block.name;
}

/// dE/du of every drive, step and trial, and behind them dE/ds₀ of every trial, from runs with noise.
template <class Scalar>
void NodePerturbation<Scalar>::estimate_credit(const TemporalContext<Scalar>& context,
                                               RecurrentNetwork<Scalar>& network) {
  const TrialBatch<Scalar>& batch = context.batch;
  const Index n_drives = network.cell().traits().n_drives;
  const VectorXd undisturbed = trial_costs(context, network, context.activity.outputs);
  const Index n_on_drives = n_drives * batch.n_columns();
  noise_.resize(network.n_units(), n_on_drives + (learned_start_.empty() ? 0 : batch.n_trials));
  credit_ = Matrix<Scalar>::Zero(noise_.rows(), noise_.cols());
  const auto costs_with = [&](double factor) {
    const GivenNoise<Scalar> noise(noise_, n_drives, batch.n_columns(), batch.n_trials, factor, context.noise);
    const Matrix<Scalar> start = static_cast<Scalar>(factor) * noise_.rightCols(noise_.cols() - n_on_drives);
    ForwardOptions<Scalar> pass;
    pass.noise = &noise;
    if (start.size() > 0) pass.start_noise = &start;
    return trial_costs(context, network, network.forward(batch.inputs, batch.n_trials, pass).outputs);
  };
  for (Index sample = 0; sample < samples_; ++sample) {
    fill_normal(stream_.substream(context.update), static_cast<std::uint64_t>(sample), noise_.data(), noise_.size());
    VectorXd slope = costs_with(sigma_);
    slope = antithetic_ ? VectorXd((slope - costs_with(-sigma_)) / 2) : VectorXd(slope - undisturbed);
    slope /= sigma_ * static_cast<double>(samples_);
    for (Index column = 0; column < noise_.cols(); ++column)
      credit_.col(column) += static_cast<Scalar>(slope[column % batch.n_trials]) * noise_.col(column);
  }
}

template <class Scalar>
void NodePerturbation<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  RecurrentNetwork<Scalar>& network = context.network;
  const Matrix<Scalar>& inputs = context.batch.inputs;
  const Index n_drives = network.cell().traits().n_drives, n_units = network.n_units(), n_columns = inputs.cols();
  network.add_readout_gradient(context.output_error, gradient);
  rates_ = network.trajectory().rates;
  estimate_credit(context, network);
  Matrix<Scalar> drive_gradient(n_drives * n_units, n_units + inputs.rows());
  for (Index drive = 0; drive < n_drives; ++drive) {
    const auto credit = credit_.middleCols(drive * n_columns, n_columns);
    auto rows = drive_gradient.middleRows(drive * n_units, n_units);
    rows.leftCols(n_units).noalias() = credit * rates_.matrix().leftCols(n_columns).transpose();
    rows.rightCols(inputs.rows()).noalias() = credit * inputs.transpose();
  }
  network.cell().add_drive_gradient(network.parameters(), drive_gradient, gradient);
  if (!learned_start_.empty())
    gradient.block(learned_start_).col(0) += credit_.rightCols(context.batch.n_trials).rowwise().sum();
}

template class NodePerturbation<float>;
template class NodePerturbation<double>;

}  // namespace cohort
