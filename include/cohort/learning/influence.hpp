#pragma once

#include <cohort/network/step_jacobian.hpp>
#include <cohort/network/recurrent_network.hpp>

#include <cstdint>

namespace cohort {

/// Which step of which trial of which update: what the randomness of a rule belongs to. Step 0 is the initial state.
struct StepKey {
  std::uint64_t update = 0;
  Index trial = 0;  ///< within the batch
  Index step = 0;   ///< within the trial
};

/// How forward-mode rules lay out the parameters of a cell. Every unit owns one column of n_rows() values: for each of
/// its drives the weights of the n_sources sources ẑ_t = [h_{t-1}; x_t; 1], then its initial state if that is learned.
/// The immediate influence on a unit's state is then ∂s_t[v]/∂θ[g, j] = drive[v, g] ẑ_j, on no other unit's.
struct InfluenceLayout {
  Index n_units = 0, n_variables = 1, n_drives = 1;
  Index n_sources = 0;             ///< n_units + n_inputs + 1
  bool has_initial_state = false;  ///< of variable 0

  template <class Scalar>
  static InfluenceLayout of(const RecurrentNetwork<Scalar>& network);

  Index n_states() const { return n_variables * n_units; }
  Index initial_row() const { return n_drives * n_sources; }
  Index n_rows() const { return initial_row() + has_initial_state; }
};

/// A running estimate, for one trial, of the influence ∂s_t/∂θ of the cell's parameters on its state.
template <class Scalar>
class Influence {
 public:
  virtual ~Influence() = default;

  /// Moment 0, where only a learned initial state has influence. `first` holds the derivatives of the first step.
  virtual void start(const StepJacobian<Scalar>& first, const StepKey& key) = 0;

  /// One step: what the step does to the influence so far, plus the immediate influence; `source` is ẑ_t [n_sources].
  virtual void advance(StepJacobian<Scalar>& step, const Vector<Scalar>& source, const StepKey& key) = 0;

  /// target += Σ rate_credit ∂h_t/∂θ after a step, with `rate_credit` [n_units] and `target` laid out as
  /// InfluenceLayout says, [n_rows x n_units].
  virtual void add_gradient(const StepJacobian<Scalar>& step, const Vector<Scalar>& rate_credit,
                            Matrix<Scalar>& target) = 0;
};

}  // namespace cohort
