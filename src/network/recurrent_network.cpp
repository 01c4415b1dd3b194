#include <cohort/network/recurrent_network.hpp>

#include <cohort/core/errors.hpp>

#include <cmath>

namespace cohort {
namespace {

/// L_t = feedback · e_t + rate_weight · h_t
template <class Scalar>
class ReadoutSignal final : public LearningSignal<Scalar> {
 public:
  ReadoutSignal(const PackedMatrix<Scalar>& feedback, const Matrix<Scalar>& error,
                const Trajectory<Scalar>& trajectory, Scalar rate_weight)
      : feedback_(feedback), error_(error), trajectory_(trajectory), rate_weight_(rate_weight) {}

  void write(Index step, Scalar* block, Index stride) const override {
    const Index n_trials = trajectory_.n_trials;
    multiply(feedback_, error_.col(step * n_trials).data(), error_.rows(), n_trials, block, stride, Write::replace);
    if (rate_weight_ == 0) return;
    Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>, Eigen::AlignedMax> signal(block, n_trials * stride);
    signal += rate_weight_ * trajectory_.rates.array((step + 1) * n_trials, n_trials);
  }

 private:
  const PackedMatrix<Scalar>& feedback_;
  const Matrix<Scalar>& error_;
  const Trajectory<Scalar>& trajectory_;
  Scalar rate_weight_;
};

void fill_normal(RandomStream stream, double scale, MatrixXd& values) {
  for (Index i = 0; i < values.size(); ++i) values(i) = scale * stream.normal();
}

}  // namespace

template <class Scalar>
RecurrentNetwork<Scalar>::RecurrentNetwork(std::unique_ptr<Cell<Scalar>> cell, Index n_inputs, Index n_outputs)
    : cell_(std::move(cell)),
      n_outputs_(n_outputs),
      readout_(cell_->n_units(), n_outputs),
      readout_gradient_(cell_->n_units(), n_outputs),
      feedback_(cell_->n_units(), n_outputs) {
  ParameterLayout layout;
  cell_->add_parameters(n_inputs, layout);
  layout.add("W_out", ParameterRole::readout, n_outputs, cell_->n_units());
  layout.add("b_out", ParameterRole::readout_bias, n_outputs, 1);
  this->parameters_ = ParameterSet<Scalar>(layout);
}

template <class Scalar>
void RecurrentNetwork<Scalar>::initialize(const Initialization& initialization, const RandomStream& stream) {
  this->parameters_.values.setZero();
  std::uint64_t index = 0;  // each block has a stream of its own
  for (const ParameterBlock& block : this->parameters_.layout.blocks()) {
    RandomStream own = stream.substream(index++);
    MatrixXd values = MatrixXd::Zero(block.rows, block.cols);
    if (block.role == ParameterRole::recurrent) {
      initialization.fill(own, values);
    } else if (block.role == ParameterRole::input) {
      fill_normal(own, 1 / std::sqrt(static_cast<double>(block.cols)), values);
    } else if (block.role == ParameterRole::readout) {
      const double limit = 1 / std::sqrt(static_cast<double>(block.cols));
      for (Index i = 0; i < values.size(); ++i) values(i) = own.uniform(-limit, limit);
    }
    this->parameters_.block(block.name) = values.template cast<Scalar>();
  }
}

template <class Scalar>
const Activity<Scalar>& RecurrentNetwork<Scalar>::forward(const Matrix<Scalar>& inputs, Index n_trials) {
  cell_->forward(this->parameters_, inputs, n_trials, trajectory_);
  activity_.n_trials = n_trials;
  activity_.n_steps = trajectory_.n_steps;
  activity_.outputs.resize(n_outputs_, inputs.cols());
  readout_.matrix() = this->parameters_.block("W_out").transpose();
  const PaddedMatrix<Scalar>& rates = trajectory_.rates;
  multiply_few_rows(readout_, rates.column(n_trials), rates.stride(), inputs.cols(), activity_.outputs.data(),
                    n_outputs_);
  activity_.outputs.colwise() += this->parameters_.block("b_out").col(0);
  // Summed step by step: a float sum over millions of values would lose digits.
  double sum = 0;
  for (Index step = 1; step <= trajectory_.n_steps; ++step)
    sum += static_cast<double>(rates.matrix().middleCols(step * n_trials, n_trials).squaredNorm());
  activity_.mean_square_rate = sum / static_cast<double>(n_units() * inputs.cols());
  return activity_;
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
                                        const Eigen::Ref<const Matrix<Scalar>>& feedback, Scalar rate_weight,
                                        const RecurrentCredit<Scalar>& credit, ParameterSet<Scalar>& gradient) {
  expects(output_error.rows() == n_outputs_ && output_error.cols() == inputs.cols(), "an error for every output");
  feedback_.pack(feedback, Vector<Scalar>::Ones(1));
  const ReadoutSignal<Scalar> signal(feedback_, output_error, trajectory_, rate_weight);
  cell_->backward(this->parameters_, inputs, trajectory_, credit, signal, gradient);
  add_readout_gradient(output_error, gradient);
}

template <class Scalar>
void RecurrentNetwork<Scalar>::add_readout_gradient(const Matrix<Scalar>& output_error,
                                                    ParameterSet<Scalar>& gradient) {
  const PaddedMatrix<Scalar>& rates = trajectory_.rates;
  readout_gradient_.set_zero();
  add_outer_products(rates.column(trajectory_.n_trials), rates.stride(), n_units(), output_error.data(), n_outputs_,
                     n_outputs_, output_error.cols(), readout_gradient_.column(0), readout_gradient_.stride());
  gradient.block("W_out") += readout_gradient_.matrix().transpose();
  gradient.block("b_out") += output_error.rowwise().sum();
}

template class RecurrentNetwork<float>;
template class RecurrentNetwork<double>;

}  // namespace cohort
