#pragma once

#include <cohort/core/matrix_product.hpp>
#include <cohort/network/network_shape.hpp>

#include <memory>

namespace cohort {

/// A recurrent cell with a linear readout, leaky if the cell asks for it:
///
///     o_t = κ o_{t-1} + (1 - κ) W_out h_t,   y_t = o_t + b_out
///
/// Parameters: those of the cell, then `W_out` [n_outputs x n_units] and `b_out`.
/// Start: recurrent weights by the initialization, W_in ~ N(0, 1/n_inputs), W_out ~ U(±1/√N), everything else zero
/// (Liu, Yang & Cueva 2025); then the cell's constraints.
template <class Scalar>
class RecurrentNetwork final : public Network<Scalar> {
 public:
  static constexpr NetworkFamily network_family = NetworkFamily::recurrent;

  RecurrentNetwork(std::unique_ptr<Cell<Scalar>> cell, Index n_inputs, Index n_outputs);

  /// That of a network whose cell has the shape `cell`: with a readout, and its traits completed.
  static NetworkShape shape(NetworkShape cell, Index n_outputs);

  NetworkTraits traits() const override {
    const CellTraits& cell = cell_->traits();
    return {network_family, cell.name, cell.n_units, cell_->n_states(), cell.is_spiking, cell.highest_rate};
  }
  Index n_units() const override { return cell_->n_units(); }
  Index n_inputs() const { return n_inputs_; }
  Index n_outputs() const override { return n_outputs_; }
  void initialize(const Initialization& initialization, const RandomStream& stream) override;
  NetworkConstants<Scalar> constants() const override { return cell_->constants(); }
  const Activity<Scalar>& forward(const Matrix<Scalar>& inputs, Index n_trials,
                                  const ForwardOptions<Scalar>& options = {}) override;
  const Activity<Scalar>& activity() const override { return activity_; }
  std::unique_ptr<DriveNoise<Scalar>> unit_noise(const RandomStream& stream, std::uint64_t first_trial, Index n_trials,
                                                 Index first_step) const override;
  Vector<Scalar> mean_rates() const override;
  Vector<Scalar> mean_absolute_rates() const override;
  Matrix<Scalar> trial_rates() const override;
  std::vector<Matrix<Scalar>> recurrent_matrices() const override {
    return cell_->recurrent_matrices(this->parameters_);
  }
  Matrix<Scalar> representation(Index first_step, Index n_steps) const override;

  /// One backward pass of the credit family, after `forward` on the same inputs; adds to `gradient`.
  ///
  /// The learning signal is L_t = feedback · e_t plus the direct credit, with `output_error` e = dE/dy
  /// [n_outputs x n_steps * n_trials], filtered backward through a leaky readout, and `feedback` [n_units x n_outputs],
  /// the transpose of what carries errors back. The readout's own gradient is exact whatever the feedback.
  void backward(const Matrix<Scalar>& inputs, const Matrix<Scalar>& output_error,
                const Eigen::Ref<const Matrix<Scalar>>& feedback, const DirectCredit<Scalar>& direct,
                const RecurrentCredit<Scalar>& credit, ParameterSet<Scalar>& gradient);

  /// Adds the gradient of `W_out` and `b_out` alone, after `forward`.
  void add_readout_gradient(const Matrix<Scalar>& output_error, ParameterSet<Scalar>& gradient);

  /// Writes the learning signal L_t of one step, [n_units x n_trials], without a leaky readout's filter.
  void learning_signal(Index step, const Matrix<Scalar>& output_error, const Eigen::Ref<const Matrix<Scalar>>& feedback,
                       const DirectCredit<Scalar>& direct, Matrix<Scalar>& signal) const;

  Cell<Scalar>& cell() { return *cell_; }
  const Cell<Scalar>& cell() const { return *cell_; }
  const Trajectory<Scalar>& trajectory() const { return trajectory_; }

 private:
  void filter_outputs(bool carry_on);
  const Matrix<Scalar>& filtered(const Matrix<Scalar>& output_error);
  void fill_low_rank(const Initialization& initialization, RandomStream& stream, const ParameterBlock& left,
                     const ParameterBlock& right);

  std::unique_ptr<Cell<Scalar>> cell_;
  Index n_inputs_, n_outputs_;
  Trajectory<Scalar> trajectory_;
  Activity<Scalar> activity_;
  PaddedMatrix<Scalar> readout_;           ///< W_outᵀ, [n_units x n_outputs]
  PaddedMatrix<Scalar> readout_gradient_;  ///< Σ h e', the same shape
  PackedMatrix<Scalar> feedback_;          ///< [n_units x n_outputs]
  Matrix<Scalar> filtered_error_;          ///< of a leaky readout
  Matrix<Scalar> filtered_output_;         ///< o after the last step, [n_outputs x n_trials]
  Matrix<Scalar> filtered_rates_;  ///< the same filter on h, at moment 0 and after the last step: [n_units x n_trials]
  Matrix<Scalar> filtered_rates_start_;
};

}  // namespace cohort
