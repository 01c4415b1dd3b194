#include <cohort/network/recurrent_network.hpp>

#include "rank_factors.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/network/unit_noise.hpp>

#include <cmath>

namespace cohort {
namespace {

/// L_t = feedback · e_t + rate_weight · h_t + offset
template <class Scalar>
class ReadoutSignal final : public LearningSignal<Scalar> {
 public:
  ReadoutSignal(const PackedMatrix<Scalar>& feedback, const Matrix<Scalar>& error, const Trajectory<Scalar>& trajectory,
                const DirectCredit<Scalar>& direct)
      : feedback_(feedback), error_(error), trajectory_(trajectory), direct_(direct) {}

  void write(Index step, Scalar* block, Index stride) const override {
    const Index n_trials = trajectory_.n_trials;
    multiply(feedback_, error_.col(step * n_trials).data(), error_.rows(), n_trials, block, stride, Write::replace);
    if (direct_.rate_weight != 0) {
      Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>, Eigen::AlignedMax> signal(block, n_trials * stride);
      signal += direct_.rate_weight * trajectory_.rates.array((step + 1) * n_trials, n_trials);
    }
    if (direct_.offset.size() > 0) {
      Eigen::Map<Matrix<Scalar>, 0, Eigen::OuterStride<>> signal(block, direct_.offset.size(), n_trials,
                                                                 Eigen::OuterStride<>(stride));
      signal.colwise() += direct_.offset;
    }
    if (direct_.trial_offset.size() > 0) {
      Eigen::Map<Matrix<Scalar>, 0, Eigen::OuterStride<>> signal(block, direct_.trial_offset.rows(), n_trials,
                                                                 Eigen::OuterStride<>(stride));
      signal += direct_.trial_offset;
    }
  }

 private:
  const PackedMatrix<Scalar>& feedback_;
  const Matrix<Scalar>& error_;
  const Trajectory<Scalar>& trajectory_;
  const DirectCredit<Scalar>& direct_;
};

void add_readout(Index n_outputs, Index n_units, ParameterLayout& layout) {
  layout.add("W_out", ParameterRole::readout, n_outputs, n_units);
  layout.add("b_out", ParameterRole::readout_bias, n_outputs, 1);
}

}  // namespace

template <class Scalar>
RecurrentNetwork<Scalar>::RecurrentNetwork(std::unique_ptr<Cell<Scalar>> cell, Index n_inputs, Index n_outputs)
    : cell_(std::move(cell)),
      n_inputs_(n_inputs),
      n_outputs_(n_outputs),
      readout_(cell_->n_units(), n_outputs),
      readout_gradient_(cell_->n_units(), n_outputs),
      feedback_(cell_->n_units(), n_outputs) {
  ParameterLayout layout;
  cell_->add_parameters(n_inputs, layout);
  add_readout(n_outputs, cell_->n_units(), layout);
  this->parameters_ = ParameterSet<Scalar>(layout);
}

template <class Scalar>
NetworkShape RecurrentNetwork<Scalar>::shape(NetworkShape cell, Index n_outputs) {
  cell.traits.family = network_family;
  add_readout(n_outputs, cell.traits.n_units, cell.parameters);
  return cell;
}

template <class Scalar>
void RecurrentNetwork<Scalar>::initialize(const Initialization& initialization, const RandomStream& stream) {
  this->parameters_.values.setZero();
  const auto& blocks = this->parameters_.layout.blocks();
  for (std::size_t index = 0; index < blocks.size(); ++index) {  // each block has a stream of its own
    const ParameterBlock& block = blocks[index];
    RandomStream own = stream.substream(index);
    MatrixXd values = MatrixXd::Zero(block.rows, block.cols);
    if (block.role == ParameterRole::recurrent_left) fill_low_rank(initialization, own, block, blocks[index + 1]);
    if (block.role == ParameterRole::recurrent_left || block.role == ParameterRole::recurrent_right) continue;
    if (block.role == ParameterRole::recurrent) {
      initialization.fill(own, values);
    } else if (block.role == ParameterRole::input) {
      draw_normal(own, 1 / std::sqrt(static_cast<double>(block.cols)), values);
    } else if (block.role == ParameterRole::readout) {
      draw_uniform(own, 1 / std::sqrt(static_cast<double>(block.cols)), values);
    }
    this->parameters_.block(block.name) = values.template cast<Scalar>();
  }
  this->parameters_.block("W_out").leftCols(cell_->traits().first_readout_unit).setZero();
  cell_->wire(stream.substream(blocks.size()));
  cell_->constrain(this->parameters_);
  if (initialization.radius() > 0) cell_->scale_to_radius(initialization.radius(), this->parameters_);
}

/// The drawn matrix cut to its leading singular vectors, rescaled to the norm it had.
template <class Scalar>
void RecurrentNetwork<Scalar>::fill_low_rank(const Initialization& initialization, RandomStream& stream,
                                             const ParameterBlock& left, const ParameterBlock& right) {
  MatrixXd full(left.rows, left.rows);
  initialization.fill(stream, full);
  const RankFactors factors = rank_factors(full, left.cols);
  this->parameters_.block(left.name) = factors.u.template cast<Scalar>();
  this->parameters_.block(right.name) = factors.v.template cast<Scalar>();
}

template <class Scalar>
const Activity<Scalar>& RecurrentNetwork<Scalar>::forward(const Matrix<Scalar>& inputs, Index n_trials,
                                                          const ForwardOptions<Scalar>& options) {
  cell_->forward(this->parameters_, inputs, n_trials, options, trajectory_);
  activity_.n_trials = n_trials;
  activity_.n_steps = trajectory_.n_steps;
  activity_.outputs.resize(n_outputs_, inputs.cols());
  readout_.matrix() = this->parameters_.block("W_out").transpose();
  readout_.matrix().topRows(cell_->traits().first_readout_unit).setZero();
  const PaddedMatrix<Scalar>& rates = trajectory_.rates;
  multiply_few_rows(readout_, rates.column(n_trials), rates.stride(), inputs.cols(), activity_.outputs.data(),
                    n_outputs_);
  if (cell_->traits().readout_decay > 0) filter_outputs(options.carry_on);
  if (cell_->traits().has_bias) activity_.outputs.colwise() += this->parameters_.block("b_out").col(0);
  // Summed step by step: a float sum over millions of values would lose digits.
  double sum = 0;
  for (Index step = 1; step <= trajectory_.n_steps; ++step)
    sum += static_cast<double>(rates.matrix().middleCols(step * n_trials, n_trials).squaredNorm());
  activity_.mean_square_rate = sum / static_cast<double>(n_units() * inputs.cols());
  return activity_;
}

/// o_t = κ o_{t-1} + (1 - κ) W_out h_t, and the same filter on the rates, which the readout's gradient needs when a
/// pass carries on.
template <class Scalar>
void RecurrentNetwork<Scalar>::filter_outputs(bool carry_on) {
  const auto kappa = static_cast<Scalar>(cell_->traits().readout_decay);
  const Index n_trials = trajectory_.n_trials;
  if (!carry_on) {
    filtered_output_ = Matrix<Scalar>::Zero(n_outputs_, n_trials);
    filtered_rates_ = Matrix<Scalar>::Zero(n_units(), n_trials);
  }
  filtered_rates_start_ = filtered_rates_;
  for (Index step = 0; step < trajectory_.n_steps; ++step) {
    auto outputs = activity_.outputs.middleCols(step * n_trials, n_trials);
    outputs = kappa * filtered_output_ + (1 - kappa) * outputs;
    filtered_output_ = outputs;
    filtered_rates_ =
        kappa * filtered_rates_ + (1 - kappa) * trajectory_.rates.matrix().middleCols((step + 1) * n_trials, n_trials);
  }
}

/// The error as it reaches W_out h_t through the leak of the readout: e ← (1 - κ) Σ_{s ≥ t} κ^{s-t} e_s.
template <class Scalar>
const Matrix<Scalar>& RecurrentNetwork<Scalar>::filtered(const Matrix<Scalar>& output_error) {
  const auto kappa = static_cast<Scalar>(cell_->traits().readout_decay);
  if (kappa == 0) return output_error;
  const Index n_trials = trajectory_.n_trials;
  filtered_error_ = (1 - kappa) * output_error;
  for (Index step = trajectory_.n_steps - 2; step >= 0; --step)
    filtered_error_.middleCols(step * n_trials, n_trials) +=
        kappa * filtered_error_.middleCols((step + 1) * n_trials, n_trials);
  return filtered_error_;
}

template <class Scalar>
std::unique_ptr<DriveNoise<Scalar>> RecurrentNetwork<Scalar>::unit_noise(const RandomStream& stream,
                                                                         std::uint64_t first_trial, Index n_trials,
                                                                         Index first_step) const {
  const CellTraits& traits = cell_->traits();
  if (traits.noise.size() == 0) return nullptr;
  return std::make_unique<UnitNoise<Scalar>>(traits.noise, traits.n_drives, n_trials, stream, first_trial, first_step);
}

template <class Scalar>
Vector<Scalar> RecurrentNetwork<Scalar>::mean_rates() const {
  const Index n_trials = trajectory_.n_trials;
  VectorXd sum = VectorXd::Zero(n_units());
  for (Index step = 1; step <= trajectory_.n_steps; ++step)
    sum += trajectory_.rates.matrix().middleCols(step * n_trials, n_trials).rowwise().sum().template cast<double>();
  return (sum / static_cast<double>(trajectory_.n_steps * n_trials)).template cast<Scalar>();
}

template <class Scalar>
Vector<Scalar> RecurrentNetwork<Scalar>::mean_absolute_rates() const {
  const Index n_trials = trajectory_.n_trials;
  VectorXd sum = VectorXd::Zero(n_units());
  for (Index step = 1; step <= trajectory_.n_steps; ++step)
    sum += trajectory_.rates.matrix()
               .middleCols(step * n_trials, n_trials)
               .cwiseAbs()
               .rowwise()
               .sum()
               .template cast<double>();
  return (sum / static_cast<double>(trajectory_.n_steps * n_trials)).template cast<Scalar>();
}

template <class Scalar>
Matrix<Scalar> RecurrentNetwork<Scalar>::trial_rates() const {
  const Index n_trials = trajectory_.n_trials;
  MatrixXd sum = MatrixXd::Zero(n_units(), n_trials);
  for (Index step = 1; step <= trajectory_.n_steps; ++step)
    sum += trajectory_.rates.matrix().middleCols(step * n_trials, n_trials).template cast<double>();
  return (sum / static_cast<double>(trajectory_.n_steps)).template cast<Scalar>();
}

template <class Scalar>
Matrix<Scalar> RecurrentNetwork<Scalar>::representation(Index first_step, Index n_steps) const {
  const Index n_trials = trajectory_.n_trials;
  Matrix<Scalar> result(n_trials * n_steps, n_units());
  for (Index trial = 0; trial < n_trials; ++trial)
    for (Index step = 0; step < n_steps; ++step)
      result.row(trial * n_steps + step) =
          trajectory_.rates.matrix().col((first_step + step + 1) * n_trials + trial).transpose();
  return result;
}

template <class Scalar>
void RecurrentNetwork<Scalar>::backward(const Matrix<Scalar>& inputs, const Matrix<Scalar>& output_error,
                                        const Eigen::Ref<const Matrix<Scalar>>& feedback,
                                        const DirectCredit<Scalar>& direct, const RecurrentCredit<Scalar>& credit,
                                        ParameterSet<Scalar>& gradient) {
  expects(output_error.rows() == n_outputs_ && output_error.cols() == inputs.cols(), "an error for every output");
  feedback_.pack(feedback, Vector<Scalar>::Ones(1));
  const ReadoutSignal<Scalar> signal(feedback_, filtered(output_error), trajectory_, direct);
  cell_->backward(this->parameters_, inputs, trajectory_, credit, signal, gradient);
  add_readout_gradient(output_error, gradient);
}

template <class Scalar>
void RecurrentNetwork<Scalar>::add_readout_gradient(const Matrix<Scalar>& output_error,
                                                    ParameterSet<Scalar>& gradient) {
  const PaddedMatrix<Scalar>& rates = trajectory_.rates;
  const Matrix<Scalar>& error = filtered(output_error);
  const Index n_unseen = cell_->traits().first_readout_unit, n_seen = n_units() - n_unseen;
  readout_gradient_.set_zero();
  add_outer_products(rates.column(trajectory_.n_trials), rates.stride(), n_units(), error.data(), n_outputs_,
                     n_outputs_, error.cols(), readout_gradient_.column(0), readout_gradient_.stride());
  const auto kappa = static_cast<Scalar>(cell_->traits().readout_decay);
  if (kappa > 0 && trajectory_.carried_on)  // what the steps before this pass left in the leak of the readout
    readout_gradient_.matrix() +=
        kappa / (1 - kappa) * filtered_rates_start_ * error.leftCols(trajectory_.n_trials).transpose();
  gradient.block("W_out").rightCols(n_seen) += readout_gradient_.matrix().bottomRows(n_seen).transpose();
  if (cell_->traits().has_bias) gradient.block("b_out") += output_error.rowwise().sum();
}

template <class Scalar>
void RecurrentNetwork<Scalar>::learning_signal(Index step, const Matrix<Scalar>& output_error,
                                               const Eigen::Ref<const Matrix<Scalar>>& feedback,
                                               const DirectCredit<Scalar>& direct, Matrix<Scalar>& signal) const {
  const Index n_trials = trajectory_.n_trials;
  signal.noalias() = feedback * output_error.middleCols(step * n_trials, n_trials);
  if (direct.rate_weight != 0)
    signal += direct.rate_weight * trajectory_.rates.matrix().middleCols((step + 1) * n_trials, n_trials);
  if (direct.offset.size() > 0) signal.colwise() += direct.offset;
  if (direct.trial_offset.size() > 0) signal += direct.trial_offset;
}

template class RecurrentNetwork<float>;
template class RecurrentNetwork<double>;

}  // namespace cohort
