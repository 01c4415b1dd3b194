#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// A fixed rate network: h_t = (1 - leak) h_{t-1} + leak tanh(W h_{t-1} + W_in x_t), h_0 = 0, y_t = W_out h_t.
///
/// Trials are run one at a time, on few units, which is the worst case of a matrix library: so the products are written
/// out here, W over W_out as one matrix, whose product with h_t is the next drive and the output of now.
class TeacherNetwork {
 public:
  TeacherNetwork() = default;

  /// `recurrent` W [units x units], `input` W_in [units x inputs], `output` W_out [outputs x units].
  TeacherNetwork(const Matrix<float>& recurrent, const Matrix<float>& input, const Matrix<float>& output, float leak);

  /// Outputs [n_outputs x n_steps] for `inputs` [n_inputs x n_steps].
  MatrixXd run(const MatrixXd& inputs) const;

 private:
  static constexpr Index kBlock = 16;  ///< rows whose sums are kept in registers
  using Block = Eigen::Array<float, kBlock, 1>;

  void multiply(const float* rates, float* products) const;
  void advance(const double* input, const float* products, float* rates) const;

  Index n_units_ = 0, n_inputs_ = 0, n_outputs_ = 0;
  Index n_rows_ = 0;  ///< units and outputs, rounded up to whole blocks
  float leak_ = 1;
  Matrix<float> weights_;  ///< [n_rows x units], W over W_out
  Matrix<float> input_;    ///< [n_rows x inputs]
};

}  // namespace cohort
