#pragma once

#include <cohort/network/recurrent_network.hpp>

#include <vector>

namespace cohort {

/// The influence of every connection on the state of its own unit, carried forward in time through the unit's leak and,
/// if asked for, its connection to itself. With s the state of unit i, u its drives and ẑ_t = [h_{t-1}; x_t; 1]:
///
///     ε_t = (∂s_t/∂s_{t-1} + ∂s_t/∂u_t · W_ii · ∂h_{t-1}/∂s_{t-1}) ε_{t-1} + ∂s_t/∂u_t ẑ_tᵀ
///     dE/dθ = Σ_t L_t ∂h_t/∂s_t ε_t
///
/// (Bellec et al. 2020; with W_ii SnAp-1, Menick et al. 2021). A leaky readout filters ∂h/∂s ε on its
/// way: ē_t = κ ē_{t-1} + (1 - κ) ∂h_t/∂s_t ε_t.
///
/// Traces live through any number of forward passes over consecutive parts of the same trials. With constant weights
/// the gradients of the parts add up to that of the backward pass over whole trials; that pass is faster, so traces
/// serve updates inside the trial.
///
/// The traces of all connections, O(B N²) memory, are touched once per part of n steps: credit within the part goes
/// backward through its units, O(B N) per step, into one product, and what the part leaves to later ones is a second.
/// Cells with presynaptic traces, path none and a readout without leak need O(B N) memory and one product.
template <class Scalar>
class EligibilityTraces {
 public:
  /// `path` is CreditPath::none or CreditPath::self.
  explicit EligibilityTraces(CreditPath path) : path_(path) {}

  /// Forgets everything: new trials begin.
  void begin(const RecurrentNetwork<Scalar>& network, Index n_trials);

  /// Carries the traces through the steps of the network's last forward pass and adds the gradient of all parameters.
  /// The arguments are those of RecurrentNetwork::backward.
  void add_gradient(RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& inputs, const Matrix<Scalar>& output_error,
                    const Matrix<Scalar>& feedback, const DirectCredit<Scalar>& direct, ParameterSet<Scalar>& gradient);

 private:
  /// One step of every unit for itself, ε_t = transition ε_{t-1} + entry ẑ_tᵀ, dE/dθ = Σ credit ε. A leaky readout adds
  /// a variable, ē, to those of the unit. Every field holds blocks of n_trials columns.
  struct Step {
    PaddedMatrix<Scalar> transition;  ///< block to * n_variables + from
    PaddedMatrix<Scalar> entry;       ///< block variable * n_drives + drive
    PaddedMatrix<Scalar> credit;      ///< block variable
  };

  void prepare(const RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& output_error,
               const Matrix<Scalar>& feedback, const DirectCredit<Scalar>& direct);
  void add_self_connections(const RecurrentNetwork<Scalar>& network);
  void add_leaky_readout(Step& step) const;
  void gather_sources(const RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& inputs);
  void add_from_presynaptic_traces();
  void add_from_connection_traces();
  void filter_part();
  void advance_connections(Index trial);
  void advance_initial_state();

  /// Block `index` of a matrix of blocks of n_trials columns.
  auto block(PaddedMatrix<Scalar>& blocks, Index index) const { return blocks.array(index * n_trials_, n_trials_); }
  /// Column of a step of a trial where the steps of a trial are neighbours.
  Index column(Index trial, Index step) const { return trial * n_steps() + step; }
  Index n_steps() const { return static_cast<Index>(steps_.size()); }

  CreditPath path_;
  Index n_units_ = 0, n_sources_ = 0, n_drives_ = 0, n_trials_ = 0;
  Index n_cell_variables_ = 0, n_variables_ = 0;  ///< of the unit, and with ē
  Scalar readout_decay_ = 0;
  bool is_presynaptic_ = false;
  std::vector<Step> steps_;
  Linearization<Scalar> local_;                   ///< of one step
  Matrix<Scalar> no_feedback_;                    ///< [n_units x n_outputs], zero
  Matrix<Scalar> output_signal_, direct_signal_;  ///< learning signal of one step, [n_units x n_trials]
  Matrix<Scalar> sources_;                        ///< ẑ of all steps, [n_sources x n_steps * n_trials]
  Matrix<Scalar> presynaptic_;                    ///< ε by source after the last step, [n_sources x n_trials]
  PaddedMatrix<Scalar> drive_credit_;             ///< dE/du of all steps, drive by drive; or the credit of ε by source
  PaddedMatrix<Scalar> arrival_;                  ///< what of each entry is left after the part, by variable and drive
  PaddedMatrix<Scalar> state_credit_;             ///< dE/dε of one moment, block variable; in the end of the start
  PaddedMatrix<Scalar> passage_;                  ///< ∂ε(end)/∂ε of one moment, block to * n_variables + from
  PaddedMatrix<Scalar> scratch_;                  ///< as large as passage_
  std::vector<PaddedMatrix<Scalar>> traces_;      ///< ε of each trial: n_variables columns per drive and source
  PaddedMatrix<Scalar> initial_;                  ///< ∂(variables)/∂(initial state), block variable
  Vector<Scalar> initial_gradient_;               ///< [n_units]
  PaddedMatrix<Scalar> drive_gradient_;           ///< [n_units x n_drives * n_sources]
};

}  // namespace cohort
