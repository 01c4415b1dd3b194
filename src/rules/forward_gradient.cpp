#include <cohort/rules/forward_gradient.hpp>

#include <cohort/core/normal_fill.hpp>

#include <algorithm>
#include <vector>

namespace cohort {
namespace {

/// The derivatives of states, rates and outputs along one direction, carried forward in time for all trials together.
template <class Scalar>
class Tangent {
 public:
  Tangent(const TemporalContext<Scalar>& context, const Matrix<Scalar>& direction)
      : context_(context),
        network_(context.network),
        direction_(direction),
        traits_(network_.cell().traits()),
        n_trials_(context.batch.n_trials),
        readout_(network_.parameters().block("W_out")) {
    readout_.leftCols(traits_.first_readout_unit).setZero();
    for (Index drive = 0; drive < traits_.n_drives; ++drive)
      weights_.push_back(network_.cell().drive_weights(network_.parameters(), drive));
  }

  /// Σ_t L_t · h'_t
  double run(const Vector<Scalar>& start) {
    states_ = Matrix<Scalar>::Zero(traits_.n_units, traits_.n_variables * n_trials_);
    states_.leftCols(n_trials_).colwise() = start;
    outputs_ = Matrix<Scalar>::Zero(readout_.rows(), n_trials_);
    double sum = 0;
    for (Index step = 0; step < context_.batch.n_steps; ++step) {
      network_.cell().linearize(network_.trajectory(), step, local_);
      advance(step);
      sum += slope_of(step);
    }
    return sum;
  }

 private:
  auto block(const PaddedMatrix<Scalar>& matrix, Index which) const {
    return matrix.matrix().middleCols(which * n_trials_, n_trials_).array();
  }
  auto state(Index variable) { return states_.middleCols(variable * n_trials_, n_trials_).array(); }

  void to_rates(const PaddedMatrix<Scalar>& slopes) {
    rates_ = Matrix<Scalar>::Zero(traits_.n_units, n_trials_);
    for (Index variable = 0; variable < traits_.n_variables; ++variable)
      rates_.array() += block(slopes, variable) * state(variable);
  }

  void advance(Index step) {
    const Index n_units = traits_.n_units;
    to_rates(local_.slope_before);
    const auto before = network_.trajectory().rates.matrix().middleCols(step * n_trials_, n_trials_);
    const auto inputs = context_.batch.inputs.middleCols(step * n_trials_, n_trials_);
    Matrix<Scalar> next = Matrix<Scalar>::Zero(n_units, states_.cols());
    const auto next_state = [&](Index variable) { return next.middleCols(variable * n_trials_, n_trials_).array(); };
    for (Index to = 0; to < traits_.n_variables; ++to)
      for (Index from = 0; from < traits_.n_variables; ++from)
        next_state(to) += block(local_.decay, to * traits_.n_variables + from) * state(from);
    for (Index drive = 0; drive < traits_.n_drives; ++drive) {
      const auto change = direction_.middleRows(drive * n_units, n_units);
      Matrix<Scalar> drives = weights_[static_cast<std::size_t>(drive)] * rates_;
      drives.noalias() += change.leftCols(n_units) * before;
      drives.noalias() += change.rightCols(inputs.rows()) * inputs;
      for (Index to = 0; to < traits_.n_variables; ++to)
        next_state(to) += block(local_.drive, to * traits_.n_drives + drive) * drives.array();
    }
    states_ = next;
    to_rates(local_.slope);
  }

  double slope_of(Index step) {
    const auto kappa = static_cast<Scalar>(traits_.readout_decay);
    outputs_ = kappa * outputs_ + (1 - kappa) * (readout_ * rates_);
    const Index first = step * n_trials_;
    Scalar sum = context_.output_error.middleCols(first, n_trials_).cwiseProduct(outputs_).sum();
    const DirectCredit<Scalar>& direct = context_.direct;
    if (direct.rate_weight != 0)
      sum += direct.rate_weight *
             network_.trajectory().rates.matrix().middleCols(first + n_trials_, n_trials_).cwiseProduct(rates_).sum();
    if (direct.offset.size() > 0) sum += (direct.offset.transpose() * rates_).sum();
    if (direct.trial_offset.size() > 0) sum += direct.trial_offset.cwiseProduct(rates_).sum();
    return static_cast<double>(sum);
  }

  const TemporalContext<Scalar>& context_;
  const RecurrentNetwork<Scalar>& network_;
  const Matrix<Scalar>& direction_;
  const CellTraits& traits_;
  Index n_trials_;
  Matrix<Scalar> readout_;               ///< W_out as it acts
  std::vector<Matrix<Scalar>> weights_;  ///< Wd of each drive
  Linearization<Scalar> local_;
  Matrix<Scalar> states_, rates_, outputs_;
};

}  // namespace

template <class Scalar>
Description ForwardGradient<Scalar>::description() {
  Description d;
  d.name = "forward_gradient";
  d.summary = "exact directional derivative along a random direction of all weights, times the direction";
  d.equation = "dE/dW = (∇E·Ξ) Ξ, Ξ ~ N(0,1); s'_t = decay s'_{t-1} + drive (Wd h'_{t-1} + Ξ ẑ_t), ∇E·Ξ = Σ_t L_t·h'_t";
  d.reference = "Silver et al. 2022, ICLR; Baydin et al. 2022, arXiv:2202.08587";
  d.parameters = {ParameterInfo::integer("samples", 1, 1, 1'000'000, "1", "directions averaged in an update")};
  d.axes = "unbiased, all paths, random direction over all weights; exact readout";
  d.cost = "samples · O(B N²) time per step, O(B N) memory";
  return d;
}

template <class Scalar>
ForwardGradient<Scalar>::ForwardGradient(const Parameters& parameters)
    : samples_(parameters.integer("samples")), stream_("rule", "", 0) {}

template <class Scalar>
void ForwardGradient<Scalar>::begin(const RecurrentNetwork<Scalar>&, const RandomStream& stream) {
  stream_ = stream;
}

template <class Scalar>
double ForwardGradient<Scalar>::slope(const TemporalContext<Scalar>& context, const Matrix<Scalar>& direction,
                                      const Vector<Scalar>& start) {
  return Tangent<Scalar>(context, direction).run(start);
}

template <class Scalar>
void ForwardGradient<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  RecurrentNetwork<Scalar>& network = context.network;
  network.add_readout_gradient(context.output_error, gradient);
  const Index n_units = network.n_units(), n_drives = network.cell().traits().n_drives;
  Matrix<Scalar> direction(n_drives * n_units, n_units + context.batch.inputs.rows());
  Vector<Scalar> start = Vector<Scalar>::Zero(n_units);
  const auto& blocks = gradient.layout.blocks();
  const auto initial = std::find_if(blocks.begin(), blocks.end(), [](const ParameterBlock& block) {
    return block.role == ParameterRole::initial_state;
  });
  for (Index sample = 0; sample < samples_; ++sample) {
    const RandomStream own = stream_.substream(context.update).substream(static_cast<std::uint64_t>(sample));
    fill_normal(own, 0, direction.data(), direction.size());
    if (initial != blocks.end()) fill_normal(own, 1, start.data(), n_units);
    const auto weight = static_cast<Scalar>(slope(context, direction, start) / static_cast<double>(samples_));
    network.cell().add_drive_gradient(network.parameters(), weight * direction, gradient);
    if (initial != blocks.end()) gradient.block(initial->name).col(0) += weight * start;
  }
}

template class ForwardGradient<float>;
template class ForwardGradient<double>;

}  // namespace cohort
