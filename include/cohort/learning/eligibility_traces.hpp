#pragma once

#include <cohort/network/recurrent_network.hpp>

#include <vector>

namespace cohort {

/// The influence of every connection on the state of its own unit, carried forward in time through the unit's leak and, if
/// asked for, its connection to itself. With s the state of unit i, u its drives and ẑ_t = [h_{t-1}; x_t; 1]:
///
///     ε_t = (∂s_t/∂s_{t-1} + ∂s_t/∂u_t · W_ii · ∂h_{t-1}/∂s_{t-1}) ε_{t-1} + ∂s_t/∂u_t ẑ_tᵀ,   dE/dθ = Σ_t L_t ∂h_t/∂s_t ε_t
///
/// (Bellec et al. 2020, eq. 13 and 25; with W_ii SnAp-1, Menick et al. 2021). A leaky readout filters ∂h/∂s ε on its way:
/// ē_t = κ ē_{t-1} + (1 - κ) ∂h_t/∂s_t ε_t.
///
/// Traces live through any number of forward passes over consecutive parts of the same trials. With constant weights the
/// gradients of the parts add up to that of the backward pass over whole trials; that pass is faster, so traces serve
/// updates inside the trial. O(B N²) time per step and memory; for cells with presynaptic traces, path none and a readout
/// without leak O(B N) memory.
template <class Scalar>
class EligibilityTraces {
 public:
  /// `path` is CreditPath::none or CreditPath::self.
  explicit EligibilityTraces(CreditPath path) : path_(path) {}

  /// Forgets everything: new trials begin.
  void begin(const RecurrentNetwork<Scalar>& network, Index n_trials);

  /// Carries the traces through the steps of the network's last forward pass and adds the gradient of all parameters. The
  /// arguments are those of RecurrentNetwork::backward.
  void add_gradient(RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& inputs, const Matrix<Scalar>& output_error,
                    const Matrix<Scalar>& feedback, const DirectCredit<Scalar>& direct, ParameterSet<Scalar>& gradient);

 private:
  void add_self_connections(const RecurrentNetwork<Scalar>& network);
  void advance_presynaptic(const RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& inputs, Index step);
  void advance_connections(const RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& inputs, Index step);
  void advance_connection(Index trial, Index drive, Index source, Scalar presynaptic);
  void advance_initial_state();

  CreditPath path_;
  Index n_units_ = 0, n_sources_ = 0, n_variables_ = 0, n_drives_ = 0, n_trials_ = 0;
  Scalar readout_decay_ = 0;
  bool is_presynaptic_ = false;
  Linearization<Scalar> local_;                   ///< of the step at hand
  Matrix<Scalar> no_feedback_;                    ///< [n_units x n_outputs], zero
  Matrix<Scalar> output_signal_, direct_signal_;  ///< learning signal of the step at hand, [n_units x n_trials]
  Matrix<Scalar> sources_;                        ///< ε by presynaptic unit, [n_units + n_inputs + 1 x n_trials]
  PaddedMatrix<Scalar> credit_;                   ///< L ∂h/∂s, [n_units x n_trials]
  std::vector<PaddedMatrix<Scalar>> traces_;      ///< ε of each trial: n_variables columns per drive and source
  std::vector<PaddedMatrix<Scalar>> filtered_;    ///< ē of each trial: one column per drive and source
  PaddedMatrix<Scalar> before_;                   ///< ε of one drive and source before the step
  PaddedMatrix<Scalar> initial_;                  ///< ∂s/∂(initial state): n_variables blocks of n_trials columns
  PaddedMatrix<Scalar> filtered_initial_;         ///< ē of the initial state, [n_units x n_trials]
  Vector<Scalar> initial_gradient_;               ///< [n_units]
  PaddedMatrix<Scalar> drive_gradient_;           ///< [n_units x n_drives * n_sources]
};

}  // namespace cohort
