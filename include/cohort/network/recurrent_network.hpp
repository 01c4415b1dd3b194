#pragma once

#include <cohort/core/matrix_product.hpp>
#include <cohort/network/network.hpp>

#include <memory>

namespace cohort {

/// A recurrent cell with a linear readout: y_t = W_out h_t + b_out.
///
/// Parameters: those of the cell, then `W_out` [n_outputs x n_units] and `b_out`.
/// Start: W by the initialization, W_in ~ N(0, 1/n_inputs), W_out ~ U(±1/√N), everything else zero
/// (Liu, Yang & Cueva 2025).
template <class Scalar>
class RecurrentNetwork final : public Network<Scalar> {
 public:
  RecurrentNetwork(std::unique_ptr<Cell<Scalar>> cell, Index n_inputs, Index n_outputs);

  NetworkFamily family() const override { return NetworkFamily::recurrent; }
  Index n_units() const override { return cell_->n_units(); }
  Index n_outputs() const override { return n_outputs_; }
  void initialize(const Initialization& initialization, const RandomStream& stream) override;
  const Activity<Scalar>& forward(const Matrix<Scalar>& inputs, Index n_trials) override;
  Matrix<Scalar> representation(Index first_step, Index n_steps) const override;

  /// One backward pass of the credit family, after `forward` on the same inputs; adds to `gradient`.
  ///
  /// The learning signal is L_t = feedback · e_t + rate_weight · h_t with `output_error` e = dE/dy
  /// [n_outputs x n_steps * n_trials] and `feedback` [n_units x n_outputs], the transpose of what carries errors back.
  /// The readout's own gradient is exact whatever the feedback.
  void backward(const Matrix<Scalar>& inputs, const Matrix<Scalar>& output_error,
                const Eigen::Ref<const Matrix<Scalar>>& feedback, Scalar rate_weight,
                const RecurrentCredit<Scalar>& credit, ParameterSet<Scalar>& gradient);

  const Cell<Scalar>& cell() const { return *cell_; }
  const Trajectory<Scalar>& trajectory() const { return trajectory_; }

 private:
  void add_readout_gradient(const Matrix<Scalar>& output_error, ParameterSet<Scalar>& gradient);

  std::unique_ptr<Cell<Scalar>> cell_;
  Index n_outputs_;
  Trajectory<Scalar> trajectory_;
  Activity<Scalar> activity_;
  PaddedMatrix<Scalar> readout_;           ///< W_outᵀ, [n_units x n_outputs]
  PaddedMatrix<Scalar> readout_gradient_;  ///< Σ h e', the same shape
  PackedMatrix<Scalar> feedback_;          ///< [n_units x n_outputs]
};

}  // namespace cohort
