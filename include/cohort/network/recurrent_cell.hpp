#pragma once

#include <cohort/core/matrix_product.hpp>
#include <cohort/network/cell.hpp>
#include <cohort/network/network_shape.hpp>
#include <cohort/network/wiring.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cohort {

/// One pre-activation of a unit and the parameters it is made of; an absent one has no name.
struct Gate {
  std::string recurrent;  ///< "W"
  std::string input;      ///< "W_in"
  std::string bias;       ///< "b"
};

/// Blocks of n_trials padded columns at equal distances, each as one flat array for elementwise expressions.
template <class Value>
class Blocks {
 public:
  using Scalar = std::remove_const_t<Value>;
  using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
  using Map = Eigen::Map<std::conditional_t<std::is_const_v<Value>, const Array, Array>, Eigen::AlignedMax>;

  Blocks(Value* first, Index size) : Blocks(first, size, size) {}
  Blocks(Value* first, Index size, Index distance) : first_(first), size_(size), distance_(distance) {}
  Index size() const { return size_; }
  Map operator[](Index block) const { return Map(first_ + block * distance_, size_); }
  operator Blocks<const Scalar>() const { return {first_, size_, distance_}; }

 private:
  Value* first_;
  Index size_;      ///< values of one block, padding included
  Index distance_;  ///< from one block to the next, in values
};

/// Moment t of a trajectory as the elementwise part of a cell sees it.
template <class Scalar>
class Moment {
 public:
  Moment(const Trajectory<Scalar>& trajectory, Index n_saved, Index t)
      : trajectory_(trajectory), n_saved_(n_saved), t_(t) {}

  auto rate() const { return rates(t_); }
  auto rate_before() const { return rates(t_ - 1); }
  /// What the cell saved at this moment, the one before and the next; after the last moment the last again (credit that
  /// comes from there is zero).
  auto saved(Index which) const { return saved_at(t_, which); }
  auto saved_before(Index which) const { return saved_at(t_ - 1, which); }
  auto saved_next(Index which) const { return saved_at(std::min(t_ + 1, trajectory_.n_steps), which); }
  auto rate_next() const { return rates(std::min(t_ + 1, trajectory_.n_steps)); }

 private:
  auto rates(Index t) const { return trajectory_.rates.array(t * trajectory_.n_trials, trajectory_.n_trials); }
  auto saved_at(Index t, Index which) const {
    return trajectory_.saved.array((t * n_saved_ + which) * trajectory_.n_trials, trajectory_.n_trials);
  }

  const Trajectory<Scalar>& trajectory_;
  Index n_saved_, t_;
};

/// A cell made of its elementwise equations. `Unit` says what one unit does, this class does the rest: the time loop,
/// the weights and their constraints, the backward pass of every rule, derivatives for forward-mode rules and dynamics.
///
/// A Unit has
///   * `static Description description()` and a constructor from Parameters (which hold the wiring's parameters too);
///   * constants `n_variables` (state variables), `n_drives`, `n_saved` (blocks kept per moment for derivatives) and
///     `drive_is_state` (one variable, one drive, ∂s/∂u = 1: saves a copy);
///   * `static std::vector<Gate> gates()`, one per drive, and `static const char* initial_state()`: the name of the
///     learned initial value of variable 0, or "";
///   * `void wire(const RandomStream&)`, `void complete(CellTraits&) const`,
///     `NetworkConstants<Scalar> constants() const`: what it has per unit that is not learned;
///   * `const UnitConstants<Scalar>& scale() const` with which drives are multiplied;
///   * `void settle<Math>(Blocks<Scalar> state, Blocks<Scalar> saved, Blocks<Scalar> rate) const`: rate and saved of a
///     given state, as at moment 0; `Math` as in activation.hpp;
///   * `void advance<Math>(before, drive, after, saved, rate_before, rate) const`: one step;
///   * `void pull(moment, rate_credit, next, credit) const`: credit of the state at a moment, from dE/dh and from the
///     credit of the state at the next moment: slope ∘ rate_credit + decay(t+1)ᵀ next;
///   * `void to_drive(moment, credit, drive_credit) const`: dE/du from the credit of the state.
template <class Unit>
class RecurrentCell final : public Cell<typename Unit::Scalar> {
 public:
  using Scalar = typename Unit::Scalar;

  static Description description();
  /// What a cell with these parameters has, without making it; the readout is not the cell's.
  static NetworkShape shape(const Parameters& parameters, Index n_inputs);
  explicit RecurrentCell(const Parameters& parameters);

  const CellTraits& traits() const override { return traits_; }
  void add_parameters(Index n_inputs, ParameterLayout& layout) const override;
  void wire(const RandomStream& stream) override;
  NetworkConstants<Scalar> constants() const override;
  void constrain(ParameterSet<Scalar>& parameters) const override;
  void scale_to_radius(double radius, ParameterSet<Scalar>& parameters) const override;
  Matrix<Scalar> effective_weights(const ParameterSet<Scalar>& parameters) const override;
  std::vector<Matrix<Scalar>> recurrent_matrices(const ParameterSet<Scalar>& parameters) const override;
  Vector<Scalar> drive_scale() const override { return unit_.scale().values(); }
  void forward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs, Index n_trials,
               const ForwardOptions<Scalar>& options, Trajectory<Scalar>& trajectory) override;
  void backward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs,
                const Trajectory<Scalar>& trajectory, const RecurrentCredit<Scalar>& credit,
                const LearningSignal<Scalar>& signal, ParameterSet<Scalar>& gradient) override;
  void linearize(const Trajectory<Scalar>& trajectory, Index step, Linearization<Scalar>& result) const override;
  Matrix<Scalar> drive_weights(const ParameterSet<Scalar>& parameters, Index drive) const override;
  void add_drive_gradient(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& drive_gradient,
                          ParameterSet<Scalar>& gradient) const override;
  std::unique_ptr<CellMap<Scalar>> map(const ParameterSet<Scalar>& parameters, Index n_inputs) const override;
  void rates(const Matrix<Scalar>& states, Matrix<Scalar>& result) const override;
  Vector<Scalar> initial_state(const ParameterSet<Scalar>& parameters) const override;

 private:
  static void add_parameters(const Wiring<Scalar>& wiring, Index n_units, Index n_inputs, ParameterLayout& layout);

  static constexpr Index kVariables = Unit::n_variables, kDrives = Unit::n_drives, kSaved = Unit::n_saved;

  /// Row of [W_in, b] and of [x; 1] from which a drive has weights: a drive without input has its bias only.
  Index first_source(Index drive, Index n_inputs) const {
    return gates_[static_cast<std::size_t>(drive)].input.empty() ? n_inputs : 0;
  }
  /// Column `first` of the sources of a drive.
  const Scalar* sources(Index drive, const Matrix<Scalar>& inputs, Index first) const {
    return inputs.col(first).data() + first_source(drive, inputs.rows() - 1);
  }
  bool has_bias(Index drive) const { return traits_.has_bias && !gates_[static_cast<std::size_t>(drive)].bias.empty(); }
  bool has_recurrent(Index drive) const { return !gates_[static_cast<std::size_t>(drive)].recurrent.empty(); }
  std::size_t matrix_of(Index drive) const { return matrix_of_[static_cast<std::size_t>(drive)]; }
  typename Wiring<Scalar>::ConstMatrix weights(const ParameterSet<Scalar>& parameters, Index drive) const {
    return wiring_.effective(parameters, matrix_of(drive));
  }
  Matrix<Scalar> input_weights(const ParameterSet<Scalar>& parameters, Index drive, Index n_inputs) const;
  Moment<Scalar> moment(const Trajectory<Scalar>& trajectory, Index t) const { return {trajectory, kSaved, t}; }

  void pack(const ParameterSet<Scalar>& parameters, Index n_inputs);
  void start(const ParameterSet<Scalar>& parameters, const ForwardOptions<Scalar>& options,
             Trajectory<Scalar>& trajectory);
  void pack_credit(const ParameterSet<Scalar>& parameters, const RecurrentCredit<Scalar>& credit,
                   const Trajectory<Scalar>& trajectory, Index group);
  void add_recurrent_credit(const RecurrentCredit<Scalar>& credit, const Scalar* const* source, Index n_trials,
                            PaddedMatrix<Scalar>& target);
  void filter_moment(Index t, const Trajectory<Scalar>& trajectory, const RecurrentCredit<Scalar>& credit,
                     const LearningSignal<Scalar>* signal, Index position);
  void add_products(const Trajectory<Scalar>& trajectory, const Matrix<Scalar>& inputs, Index first_step,
                    Index n_steps);
  void add_weight_gradients(const ParameterSet<Scalar>& parameters, ParameterSet<Scalar>& gradient);
  void add_gate_gradient(const ParameterSet<Scalar>& parameters, Index drive, const Matrix<Scalar>& recurrent,
                         const Matrix<Scalar>& input, ParameterSet<Scalar>& gradient) const;

  Index drive_column(Index drive, Index position, Index n_trials) const {
    return (drive * group_positions_ + position) * n_trials;
  }
  Scalar* drive_credit(Index drive, Index position, Index n_trials) {
    if constexpr (Unit::drive_is_state) return credit_.column(position * n_trials);
    return drive_credit_.column(drive_column(drive, position, n_trials));
  }

  Index n_units_;
  Unit unit_;
  std::vector<Gate> gates_;
  std::vector<std::size_t> matrix_of_;  ///< per drive: which recurrent matrix
  Wiring<Scalar> wiring_;
  CellTraits traits_;

  std::vector<PackedMatrix<Scalar>> recurrent_;       ///< per drive: scale W
  std::vector<PackedMatrix<Scalar>> credit_weights_;  ///< per drive: scale Rᵀ, R being W or the rule's own
  std::vector<Vector<Scalar>> self_weights_;          ///< per drive: scale diag W
  std::vector<PackedMatrix<Scalar>> input_;           ///< per drive: scale [W_in, b]
  PaddedMatrix<Scalar> state_;                        ///< two states, taken in turns
  PaddedMatrix<Scalar> drive_;                        ///< one block per drive
  PaddedMatrix<Scalar> rate_credit_;                  ///< dE/dh of one moment
  PaddedMatrix<Scalar> flowed_;                       ///< credit that came through connections, for a constant slope
  PaddedMatrix<Scalar> credit_;           ///< dE/ds of a few neighbouring moments, and of the moment after them
  PaddedMatrix<Scalar> drive_credit_;     ///< dE/du of the same moments, drive by drive
  PaddedMatrix<Scalar> hop_, hop_drive_;  ///< credit that has crossed no connection yet, two moments in turns
  PaddedMatrix<Scalar> nothing_;          ///< credit of a moment that there is not
  Index group_positions_ = 0;
  std::vector<PaddedMatrix<Scalar>> recurrent_gradient_;  ///< per drive: Σ dE/du h'
  std::vector<PaddedMatrix<Scalar>> input_gradient_;      ///< per drive: Σ dE/du [x; 1]'
  mutable PaddedMatrix<Scalar> probes_;                   ///< credits that linearize sends through the unit
};

}  // namespace cohort
