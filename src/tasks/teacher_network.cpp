#include "teacher_network.hpp"

namespace cohort {

TeacherNetwork::TeacherNetwork(const Matrix<float>& recurrent, const Matrix<float>& input, const Matrix<float>& output,
                               float leak)
    : n_units_(recurrent.rows()),
      n_inputs_(input.cols()),
      n_outputs_(output.rows()),
      n_rows_((n_units_ + n_outputs_ + kBlock - 1) / kBlock * kBlock),
      leak_(leak),
      weights_(Matrix<float>::Zero(n_rows_, n_units_)),
      input_(Matrix<float>::Zero(n_rows_, n_inputs_)) {
  weights_.topRows(n_units_) = recurrent;
  weights_.middleRows(n_units_, n_outputs_) = output;
  input_.topRows(n_units_) = input;
}

void TeacherNetwork::multiply(const float* rates, float* products) const {
  for (Index first = 0; first < n_rows_; first += kBlock) {
    const float* column = weights_.data() + first;
    // Four sums that do not wait for each other.
    Block first_sum = Block::Zero(), second_sum = Block::Zero(), third_sum = Block::Zero(), fourth_sum = Block::Zero();
    Index unit = 0;
    for (; unit + 4 <= n_units_; unit += 4, column += 4 * n_rows_) {
      first_sum += rates[unit] * Eigen::Map<const Block>(column);
      second_sum += rates[unit + 1] * Eigen::Map<const Block>(column + n_rows_);
      third_sum += rates[unit + 2] * Eigen::Map<const Block>(column + 2 * n_rows_);
      fourth_sum += rates[unit + 3] * Eigen::Map<const Block>(column + 3 * n_rows_);
    }
    for (; unit < n_units_; ++unit, column += n_rows_) first_sum += rates[unit] * Eigen::Map<const Block>(column);
    Eigen::Map<Block>(products + first) = (first_sum + second_sum) + (third_sum + fourth_sum);
  }
}

void TeacherNetwork::advance(const double* input, const float* products, float* rates) const {
  for (Index first = 0; first < n_units_; first += kBlock) {
    Block drive = Eigen::Map<const Block>(products + first);
    for (Index i = 0; i < n_inputs_; ++i)
      drive += static_cast<float>(input[i]) * Eigen::Map<const Block>(input_.data() + i * n_rows_ + first);
    Eigen::Map<Block> rate(rates + first);
    rate += leak_ * (drive.tanh() - rate);
  }
}

MatrixXd TeacherNetwork::run(const MatrixXd& inputs) const {
  MatrixXd outputs(n_outputs_, inputs.cols());
  // Rows beyond the units are computed along and never read: their products meet no column of the weights.
  Vector<float> rates = Vector<float>::Zero(n_rows_), products = Vector<float>::Zero(n_rows_);
  for (Index step = 0; step < inputs.cols(); ++step) {
    advance(inputs.col(step).data(), products.data(), rates.data());
    multiply(rates.data(), products.data());
    outputs.col(step) = products.segment(n_units_, n_outputs_).cast<double>();
  }
  return outputs;
}

}  // namespace cohort
