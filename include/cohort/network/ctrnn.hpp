#pragma once

#include <cohort/core/matrix_product.hpp>
#include <cohort/network/activation.hpp>
#include <cohort/network/cell.hpp>

namespace cohort {

/// Continuous-time recurrent network in voltage form (Miller & Fumarola 2012, eq. 1; Liu, Yang & Cueva 2025):
///
///     a_t = (1 - α) a_{t-1} + α (W h_{t-1} + W_in x_t + b),   h_t = f(a_t),   α = 1/τ with τ in steps
///
/// State: the voltage a. Parameters: `W` [n_units x n_units], `W_in` [n_units x n_inputs], `b`, and the learned
/// initial voltage `a_0` (starts at zero). State Jacobian: (1 - α) I + α W diag f'(a_{t-1}).
///
/// Backward filter: c_t = f'(a_t) ∘ (L_t + α Wᵀ c_{t+1}) + (1 - α) c_{t+1}, the recurrent term as far as the rule keeps
/// it; dE/dW = α Σ c_t h_{t-1}ᵀ, dE/dW_in = α Σ c_t x_tᵀ, dE/db = α Σ c_t.
template <class Scalar>
class Ctrnn final : public Cell<Scalar> {
 public:
  static Description description();
  explicit Ctrnn(const Parameters& parameters);

  Index n_units() const override { return n_units_; }
  Index n_states() const override { return n_units_; }
  void add_parameters(Index n_inputs, ParameterLayout& layout) const override;
  void forward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs, Index n_trials,
               Trajectory<Scalar>& trajectory) override;
  void backward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs,
                const Trajectory<Scalar>& trajectory, const RecurrentCredit<Scalar>& credit,
                const LearningSignal<Scalar>& signal, ParameterSet<Scalar>& gradient) override;
  void step(const ParameterSet<Scalar>& parameters, const Vector<Scalar>& input, const Matrix<Scalar>& states,
            Matrix<Scalar>& next) const override;
  void state_jacobian(const ParameterSet<Scalar>& parameters, const Vector<Scalar>& input,
                      const Vector<Scalar>& state, Matrix<Scalar>& jacobian) const override;
  void pull_back(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& states, const Matrix<Scalar>& vectors,
                 Matrix<Scalar>& result) const override;
  void rates(const Matrix<Scalar>& states, Matrix<Scalar>& result) const override;
  Vector<Scalar> initial_state(const ParameterSet<Scalar>& parameters) const override;

 private:
  void pack(const ParameterSet<Scalar>& parameters);
  void pack_credit(const ParameterSet<Scalar>& parameters, const RecurrentCredit<Scalar>& credit, Index n_trials);
  void add_recurrent_credit(const RecurrentCredit<Scalar>& credit, const Scalar* source, Index n_trials,
                            PaddedMatrix<Scalar>& target, Index first);
  void filter_step(Index step, const Trajectory<Scalar>& trajectory, const RecurrentCredit<Scalar>& credit,
                   const LearningSignal<Scalar>& signal, Index position);
  void add_initial_state_gradient(const Trajectory<Scalar>& trajectory, const RecurrentCredit<Scalar>& credit,
                                  ParameterSet<Scalar>& gradient);

  Index n_units_;
  Activation activation_;
  Scalar alpha_;

  PackedMatrix<Scalar> recurrent_;             ///< α W
  PackedMatrix<Scalar> credit_weights_;        ///< α Rᵀ, R being W or what the rule puts in its place
  Vector<Scalar> self_weights_;                ///< α diag W
  PackedMatrix<Scalar> input_;                 ///< α [W_in, b]
  PaddedMatrix<Scalar> voltage_;               ///< two blocks [n_units x n_trials], taken in turns
  PaddedMatrix<Scalar> hop_;                   ///< two blocks taken in turns: credit that has crossed no connection yet
  PaddedMatrix<Scalar> flowed_;                ///< credit that came through connections, for a constant slope
  PaddedMatrix<Scalar> credit_;                ///< c of a few neighbouring steps, and of the step after them
  PaddedMatrix<Scalar> recurrent_gradient_;    ///< Σ c h'
  PaddedMatrix<Scalar> input_gradient_;        ///< Σ c [x; 1]'
};

}  // namespace cohort
