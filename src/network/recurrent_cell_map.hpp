#pragma once

// The map of a RecurrentCell, for the one source file of each cell that instantiates it.

#include <cohort/core/errors.hpp>
#include <cohort/network/cell_map.hpp>
#include <cohort/network/recurrent_cell.hpp>

#include "unit_linearization.hpp"

#include <cstring>
#include <utility>
#include <vector>

namespace cohort {

/// What a drive is made of, as units feel it: the constraints and the unit's scale are in the weights.
template <class Scalar>
struct DriveWeights {
  Matrix<Scalar> recurrent;  ///< [n_units x n_units], empty for a drive without recurrent weights
  Matrix<Scalar> input;      ///< [W_in, b], [n_units x n_inputs + 1]
};

template <class Unit>
class RecurrentCellMap final : public CellMap<typename Unit::Scalar> {
 public:
  using Scalar = typename Unit::Scalar;
  using typename CellMap<Scalar>::States;
  using typename CellMap<Scalar>::ConstStates;
  using typename CellMap<Scalar>::ConstVector;

  /// One DriveWeights per drive of the unit.
  RecurrentCellMap(const Unit& unit, Index n_units, std::vector<DriveWeights<Scalar>> drives)
      : unit_(unit), n_units_(n_units), drives_(std::move(drives)), constant_(n_units, kDrives) {
    for (const DriveWeights<Scalar>& drive : drives_) {
      const bool is_recurrent = drive.recurrent.size() > 0;
      forward_.emplace_back(n_units, is_recurrent ? n_units : 0);
      backward_.emplace_back(n_units, is_recurrent ? n_units : 0);
      if (!is_recurrent) continue;
      forward_.back().pack(drive.recurrent, Vector<Scalar>::Ones(1));
      backward_.back().pack_transposed(drive.recurrent, Vector<Scalar>::Ones(1));
    }
    set_input(Vector<Scalar>::Zero(n_inputs()));
  }

  Index n_states() const override { return kVariables * n_units_; }
  Index n_units() const override { return n_units_; }
  Index n_drives() const override { return kDrives; }
  Index n_inputs() const override { return drives_[0].input.cols() - 1; }

  void set_input(const ConstVector& input) override {
    expects(input.size() == n_inputs(), "an input of the network");
    for (Index d = 0; d < kDrives; ++d) {
      const Matrix<Scalar>& weights = drive(d).input;
      auto constant = constant_.matrix().col(d);
      constant = weights.col(n_inputs());
      constant.noalias() += weights.leftCols(n_inputs()) * input;
    }
    known_ = Known::nothing;
  }

  void step(const ConstStates& states, States next) override {
    evaluate(states);
    for (Index v = 0; v < kVariables; ++v)
      next.middleRows(v * n_units_, n_units_) = trajectory_.state.matrix().middleCols(v * n(), n());
  }

  void jacobian(const ConstVector& state, States result) override {
    linearize(state);
    result.setZero();
    for (Index to = 0; to < kVariables; ++to)
      for (Index from = 0; from < kVariables; ++from) {
        auto block = result.block(to * n_units_, from * n_units_, n_units_, n_units_);
        const auto slope = local_.slope_before.matrix().col(from);
        for (Index d = 0; d < kDrives; ++d) {
          const Matrix<Scalar>& weights = drive(d).recurrent;
          if (weights.size() == 0) continue;
          const auto gain = local_.drive.matrix().col(to * kDrives + d).array();
          for (Index unit = 0; unit < n_units_; ++unit)
            if (slope[unit] != 0) block.col(unit).array() += slope[unit] * gain * weights.col(unit).array();
        }
        block.diagonal() += local_.decay.matrix().col(to * kVariables + from);
      }
  }

  void push(const ConstStates& states, const ConstStates& vectors, States result) override {
    begin_product(states, vectors);
    for (Index c = 0; c < vectors.cols(); ++c) {
      auto rate = rate_.matrix().col(c).array();
      rate.setZero();
      for (Index v = 0; v < kVariables; ++v) rate += slope(v, c) * part(vectors, v, c);
    }
    for (Index d = 0; d < kDrives; ++d)
      if (is_recurrent(d))
        multiply(forward_[static_cast<std::size_t>(d)], rate_.column(0), rate_.stride(), vectors.cols(),
                 flow_.column(d * vectors.cols()), flow_.stride(), Write::replace);
    for (Index c = 0; c < vectors.cols(); ++c)
      for (Index to = 0; to < kVariables; ++to) {
        auto out = part(result, to, c);
        out = decay(to, 0, c) * part(vectors, 0, c);
        for (Index from = 1; from < kVariables; ++from) out += decay(to, from, c) * part(vectors, from, c);
        for (Index d = 0; d < kDrives; ++d)
          if (is_recurrent(d)) out += gain(to, d, c) * flow_.matrix().col(d * vectors.cols() + c).array();
      }
  }

  void pull_back(const ConstStates& states, const ConstStates& vectors, States result) override {
    begin_product(states, vectors);
    rate_.array(0, vectors.cols()).setZero();
    for (Index d = 0; d < kDrives; ++d) {
      if (!is_recurrent(d)) continue;
      for (Index c = 0; c < vectors.cols(); ++c) {
        auto flow = flow_.matrix().col(c).array();
        flow = gain(0, d, c) * part(vectors, 0, c);
        for (Index v = 1; v < kVariables; ++v) flow += gain(v, d, c) * part(vectors, v, c);
      }
      multiply(backward_[static_cast<std::size_t>(d)], flow_.column(0), flow_.stride(), vectors.cols(), rate_.column(0),
               rate_.stride(), Write::add);
    }
    for (Index c = 0; c < vectors.cols(); ++c)
      for (Index from = 0; from < kVariables; ++from) {
        auto out = part(result, from, c);
        out = slope(from, c) * rate_.matrix().col(c).array();
        for (Index to = 0; to < kVariables; ++to) out += decay(to, from, c) * part(vectors, to, c);
      }
  }

  void drive_credit(const ConstStates& states, const ConstStates& vectors, States credit, States rates) override {
    begin_product(states, vectors);
    rates = trajectory_.rates.matrix().leftCols(n());
    for (Index d = 0; d < kDrives; ++d)
      for (Index c = 0; c < vectors.cols(); ++c) {
        auto out = part(credit, d, c);
        out = gain(0, d, c) * part(vectors, 0, c);
        for (Index v = 1; v < kVariables; ++v) out += gain(v, d, c) * part(vectors, v, c);
      }
  }

 private:
  static constexpr Index kVariables = Unit::n_variables, kDrives = Unit::n_drives, kSaved = Unit::n_saved;
  enum class Known { nothing, step, derivatives };  ///< of the states in before_

  Index n() const { return trajectory_.n_trials; }
  const DriveWeights<Scalar>& drive(Index d) const { return drives_[static_cast<std::size_t>(d)]; }
  bool is_recurrent(Index d) const { return drive(d).recurrent.size() > 0; }

  /// The derivatives for column c of a product, which has a state of its own or shares the only one.
  Index state_of(Index c) const { return n() == 1 ? 0 : c; }
  auto decay(Index to, Index from, Index c) const {
    return local_.decay.matrix().col((to * kVariables + from) * n() + state_of(c)).array();
  }
  auto gain(Index variable, Index d, Index c) const {
    return local_.drive.matrix().col((variable * kDrives + d) * n() + state_of(c)).array();
  }
  auto slope(Index variable, Index c) const {
    return local_.slope_before.matrix().col(variable * n() + state_of(c)).array();
  }
  auto part(const ConstStates& states, Index variable, Index c) const {
    return states.col(c).segment(variable * n_units_, n_units_).array();
  }
  auto part(States& states, Index variable, Index c) const {
    return states.col(c).segment(variable * n_units_, n_units_).array();
  }

  Blocks<Scalar> blocks(PaddedMatrix<Scalar>& matrix, Index first) const {
    return {matrix.column(first), n() * matrix.stride()};
  }
  Blocks<const Scalar> const_blocks(const PaddedMatrix<Scalar>& matrix, Index first) const {
    return {matrix.column(first), n() * matrix.stride()};
  }

  bool are_in_place(const ConstStates& states) const {
    if (known_ == Known::nothing || states.cols() != n()) return false;
    const auto bytes = static_cast<std::size_t>(n_units_) * sizeof(Scalar);
    for (Index c = 0; c < n(); ++c)
      for (Index v = 0; v < kVariables; ++v)
        if (std::memcmp(before_.column(v * n() + c), &states.coeffRef(v * n_units_, c), bytes) != 0) return false;
    return true;
  }

  void resize(Index n_columns) {
    trajectory_.n_trials = n_columns;
    trajectory_.n_steps = 1;
    trajectory_.rates.resize(n_units_, 2 * n_columns);
    trajectory_.saved.resize(n_units_, 2 * kSaved * n_columns);
    trajectory_.state.resize(n_units_, kVariables * n_columns);
    before_.resize(n_units_, kVariables * n_columns);
    drive_.resize(n_units_, kDrives * n_columns);
  }

  /// One step of `states`, unless it has just been made.
  void evaluate(const ConstStates& states) {
    expects(states.rows() == n_states(), "states of the cell");
    if (are_in_place(states)) return;
    resize(states.cols());
    for (Index v = 0; v < kVariables; ++v)
      before_.matrix().middleCols(v * n(), n()) = states.middleRows(v * n_units_, n_units_);
    PaddedMatrix<Scalar>&rates = trajectory_.rates, &saved = trajectory_.saved;
    unit_.template settle<activations::MapMath>(blocks(before_, 0), blocks(saved, 0), blocks(rates, 0));
    for (Index d = 0; d < kDrives; ++d) {
      drive_.matrix().middleCols(d * n(), n()).colwise() = constant_.matrix().col(d);
      if (is_recurrent(d))
        multiply(forward_[static_cast<std::size_t>(d)], rates.column(0), rates.stride(), n(), drive_.column(d * n()),
                 drive_.stride(), Write::add);
    }
    unit_.template advance<activations::MapMath>(const_blocks(before_, 0), const_blocks(drive_, 0),
                                                 blocks(trajectory_.state, 0), blocks(saved, kSaved * n()),
                                                 const_blocks(rates, 0), blocks(rates, n()));
    known_ = Known::step;
  }

  void linearize(const ConstStates& states) {
    evaluate(states);
    if (known_ == Known::derivatives) return;
    linearize_unit(unit_, trajectory_, 0, probes_, local_);
    known_ = Known::derivatives;
  }

  void begin_product(const ConstStates& states, const ConstStates& vectors) {
    expects(states.cols() == vectors.cols() || states.cols() == 1, "a state for every vector, or one for all");
    linearize(states);
    rate_.resize(n_units_, vectors.cols());
    flow_.resize(n_units_, kDrives * vectors.cols());
  }

  Unit unit_;
  Index n_units_;
  std::vector<DriveWeights<Scalar>> drives_;
  std::vector<PackedMatrix<Scalar>> forward_, backward_;  ///< per drive: the recurrent weights, and their transpose
  PaddedMatrix<Scalar> constant_;                         ///< what the input adds to each drive, [n_units x n_drives]

  Known known_ = Known::nothing;
  PaddedMatrix<Scalar> before_;    ///< the states that trajectory_ starts from, variable by variable
  PaddedMatrix<Scalar> drive_;     ///< one block per drive
  Trajectory<Scalar> trajectory_;  ///< of one step
  Linearization<Scalar> local_;
  PaddedMatrix<Scalar> probes_;
  PaddedMatrix<Scalar> rate_, flow_;  ///< of a product: at the senders, and through the connections of each drive
};

}  // namespace cohort
