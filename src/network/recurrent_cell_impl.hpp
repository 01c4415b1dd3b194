#pragma once

// Definitions of RecurrentCell, for the one source file of each cell that instantiates it.

#include <cohort/network/recurrent_cell.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/network/spectral_radius.hpp>

#include "recurrent_cell_map.hpp"
#include "unit_linearization.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace cohort {
namespace {

// Credit of this many columns is collected before it goes into the weight gradient, so that the product is long
// enough to be efficient and short enough to stay in the cache.
constexpr Index kGradientColumns = 128;

std::vector<std::string> recurrent_names(const std::vector<Gate>& gates) {
  std::vector<std::string> names;
  for (const Gate& gate : gates)
    if (!gate.recurrent.empty()) names.push_back(gate.recurrent);
  return names;
}

/// A scale as the packed matrices take it: one number, or one per unit.
template <class Scalar>
Vector<Scalar> row_scale(const UnitConstants<Scalar>& scale) {
  return scale.is_uniform() ? Vector<Scalar>(scale.values().head(1)) : scale.values();
}

/// n_blocks blocks of n_trials columns from column `first`.
template <class Scalar>
Blocks<Scalar> blocks(PaddedMatrix<Scalar>& matrix, Index first, Index n_trials) {
  return {matrix.column(first), n_trials * matrix.stride()};
}

template <class Scalar>
Blocks<const Scalar> blocks(const PaddedMatrix<Scalar>& matrix, Index first, Index n_trials) {
  return {matrix.column(first), n_trials * matrix.stride()};
}

}  // namespace

template <class Unit>
Description RecurrentCell<Unit>::description() {
  Description d = Unit::description();
  Wiring<Scalar>::describe(d, recurrent_names(Unit::gates()).size() == 1);
  d.parameters.push_back(ParameterInfo::number("tau_out", 0, 0, 1e9, "steps",
                                               "time constant of a leaky readout, κ = exp(-1/tau_out); 0 for none"));
  d.parameters.push_back(
      ParameterInfo::flag("bias", true, "do drives and outputs have biases? false: they stay 0").later());
  return d;
}

template <class Unit>
RecurrentCell<Unit>::RecurrentCell(const Parameters& parameters)
    : n_units_(parameters.integer("units")),
      unit_(parameters),
      gates_(Unit::gates()),
      wiring_(parameters, n_units_, recurrent_names(gates_)) {
  std::size_t n_matrices = 0;
  for (Index drive = 0; drive < kDrives; ++drive) {
    matrix_of_.push_back(n_matrices);
    n_matrices += has_recurrent(drive);
    recurrent_.emplace_back(n_units_, n_units_);
    credit_weights_.emplace_back(n_units_, n_units_);
    self_weights_.emplace_back();
    recurrent_gradient_.emplace_back(n_units_, n_units_);
  }
  input_.resize(static_cast<std::size_t>(kDrives));
  input_gradient_.resize(static_cast<std::size_t>(kDrives));
  traits_.name = parameters.name();
  traits_.n_units = n_units_;
  traits_.n_variables = kVariables;
  traits_.n_drives = kDrives;
  traits_.has_dale = wiring_.has_dale();
  traits_.n_excitatory = wiring_.n_excitatory();
  traits_.first_readout_unit = wiring_.first_readout_unit();
  traits_.has_bias = parameters.flag("bias");
  if (const double tau_out = parameters.number("tau_out"); tau_out > 0) traits_.readout_decay = std::exp(-1 / tau_out);
  wire(RandomStream("wiring", "", 0));
}

template <class Unit>
void RecurrentCell<Unit>::add_parameters(const Wiring<Scalar>& wiring, Index n_units, Index n_inputs,
                                         ParameterLayout& layout) {
  for (std::size_t which = 0; which < wiring.recurrent().size(); ++which) wiring.add_parameters(which, layout);
  for (const Gate& gate : Unit::gates())
    if (!gate.input.empty()) layout.add(gate.input, ParameterRole::input, n_units, n_inputs);
  for (const Gate& gate : Unit::gates())
    if (!gate.bias.empty()) layout.add(gate.bias, ParameterRole::bias, n_units, 1);
  if (*Unit::initial_state()) layout.add(Unit::initial_state(), ParameterRole::initial_state, n_units, 1);
}

template <class Unit>
void RecurrentCell<Unit>::add_parameters(Index n_inputs, ParameterLayout& layout) const {
  add_parameters(wiring_, n_units_, n_inputs, layout);
}

template <class Unit>
NetworkShape RecurrentCell<Unit>::shape(const Parameters& parameters, Index n_inputs) {
  const Index n_units = parameters.integer("units");
  const Wiring<Scalar> wiring(parameters, n_units, recurrent_names(Unit::gates()));
  Unit unit(parameters);
  unit.wire(RandomStream("wiring", "", 0));
  CellTraits traits;
  unit.complete(traits);
  NetworkShape shape;
  shape.traits = {NetworkFamily::recurrent, parameters.name(), n_units, n_units * kVariables, traits.is_spiking};
  add_parameters(wiring, n_units, n_inputs, shape.parameters);
  shape.constants = wiring.constant_shapes();
  for (const auto& constant : unit.constants())
    shape.constants.push_back({constant.name, constant.meaning, constant.values.rows(), constant.values.cols()});
  return shape;
}

template <class Unit>
void RecurrentCell<Unit>::wire(const RandomStream& stream) {
  wiring_.wire(stream.substream(0));
  unit_.wire(stream.substream(1));
  unit_.complete(traits_);
}

template <class Unit>
NetworkConstants<typename Unit::Scalar> RecurrentCell<Unit>::constants() const {
  NetworkConstants<Scalar> result = wiring_.constants();
  for (auto& constant : unit_.constants()) result.push_back(std::move(constant));
  return result;
}

template <class Unit>
void RecurrentCell<Unit>::constrain(ParameterSet<Scalar>& parameters) const {
  wiring_.constrain(parameters);
  for (const Gate& gate : gates_)
    if (!gate.input.empty()) parameters.block(gate.input).bottomRows(n_units_ - wiring_.n_input_units()).setZero();
}

template <class Unit>
Matrix<typename Unit::Scalar> RecurrentCell<Unit>::effective_weights(const ParameterSet<Scalar>& parameters) const {
  return wiring_.effective(parameters, 0);
}

template <class Unit>
std::vector<Matrix<typename Unit::Scalar>> RecurrentCell<Unit>::recurrent_matrices(
    const ParameterSet<Scalar>& parameters) const {
  std::vector<Matrix<Scalar>> matrices;
  for (Index drive = 0; drive < kDrives; ++drive)
    if (has_recurrent(drive)) matrices.push_back(weights(parameters, drive));
  return matrices;
}

template <class Unit>
void RecurrentCell<Unit>::scale_to_radius(double radius, ParameterSet<Scalar>& parameters) const {
  for (Index drive = 0; drive < kDrives; ++drive) {
    if (!has_recurrent(drive)) continue;
    const double own = spectral_radius(weights(parameters, drive).template cast<double>());
    if (!(own > 0))
      throw UserError(
          fmt::format("the recurrent weights of {} cannot be scaled to a radius of {:g}", traits_.name, radius),
          "their spectral radius is 0");
    wiring_.scale(matrix_of(drive), radius / own, parameters);
  }
}

/// [W_in, b] of a drive, [n_units x n_inputs + 1], or b alone of a drive without input, [n_units x 1].
template <class Unit>
Matrix<typename Unit::Scalar> RecurrentCell<Unit>::input_weights(const ParameterSet<Scalar>& parameters, Index drive,
                                                                 Index n_inputs) const {
  const Gate& gate = gates_[static_cast<std::size_t>(drive)];
  Matrix<Scalar> result = Matrix<Scalar>::Zero(n_units_, n_inputs + 1 - first_source(drive, n_inputs));
  if (!gate.input.empty())
    result.topLeftCorner(wiring_.n_input_units(), n_inputs) =
        parameters.block(gate.input).topRows(wiring_.n_input_units());
  if (has_bias(drive)) result.rightCols(1) = parameters.block(gate.bias);
  return result;
}

template <class Unit>
void RecurrentCell<Unit>::pack(const ParameterSet<Scalar>& parameters, Index n_inputs) {
  const Vector<Scalar> scale = row_scale(unit_.scale());
  for (Index drive = 0; drive < kDrives; ++drive) {
    const auto d = static_cast<std::size_t>(drive);
    if (has_recurrent(drive)) recurrent_[d].pack(weights(parameters, drive), scale);
    const Matrix<Scalar> input = input_weights(parameters, drive, n_inputs);
    if (input_[d].cols() != input.cols()) {
      input_[d] = PackedMatrix<Scalar>(n_units_, input.cols());
      input_gradient_[d].resize(n_units_, input.cols());
    }
    input_[d].pack(input, scale);
  }
}

/// Moment 0: the initial state, or where the pass before ended.
template <class Unit>
void RecurrentCell<Unit>::start(const ParameterSet<Scalar>& parameters, const ForwardOptions<Scalar>& options,
                                Trajectory<Scalar>& trajectory) {
  const Index n_trials = trajectory.n_trials;
  if (options.carry_on) {
    expects(trajectory.state.rows() == n_units_ && trajectory.state.cols() == kVariables * n_trials,
            "a pass over the same trials before one that carries on");
    state_.array(0, kVariables * n_trials) = trajectory.state.array(0, kVariables * n_trials);
  } else {
    state_.matrix().leftCols(kVariables * n_trials).setZero();
    if (*Unit::initial_state()) {
      state_.matrix().leftCols(n_trials).colwise() = parameters.block(Unit::initial_state()).col(0);
      if (options.start_noise) state_.matrix().leftCols(n_trials) += *options.start_noise;
    }
  }
  unit_.template settle<activations::PassMath>(blocks(state_, 0, n_trials), blocks(trajectory.saved, 0, n_trials),
                                               blocks(trajectory.rates, 0, n_trials));
}

template <class Unit>
void RecurrentCell<Unit>::forward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs, Index n_trials,
                                  const ForwardOptions<Scalar>& options, Trajectory<Scalar>& trajectory) {
  const Index n_steps = inputs.cols() / n_trials, n_state = kVariables * n_trials;
  trajectory.n_trials = n_trials;
  trajectory.n_steps = n_steps;
  trajectory.carried_on = options.carry_on;
  trajectory.rates.resize(n_units_, (n_steps + 1) * n_trials);
  trajectory.saved.resize(n_units_, (n_steps + 1) * kSaved * n_trials);
  if (options.keep_states) trajectory.states.resize(n_units_, (n_steps + 1) * n_state);
  state_.resize(n_units_, 2 * n_state);
  drive_.resize(n_units_, kDrives * n_trials);
  pack(parameters, inputs.rows() - 1);
  start(parameters, options, trajectory);
  if (options.keep_states) trajectory.states.array(0, n_state) = state_.array(0, n_state);
  PaddedMatrix<Scalar>& rates = trajectory.rates;
  for (Index step = 0; step < n_steps; ++step) {
    const Index before = step % 2 * n_state, after = n_state - before;
    for (Index drive = 0; drive < kDrives; ++drive) {
      const auto d = static_cast<std::size_t>(drive);
      Scalar* out = drive_.column(drive * n_trials);
      multiply(input_[d], sources(drive, inputs, step * n_trials), inputs.rows(), n_trials, out, drive_.stride(),
               Write::replace);
      if (has_recurrent(drive))
        multiply(recurrent_[d], rates.column(step * n_trials), rates.stride(), n_trials, out, drive_.stride(),
                 Write::add);
    }
    if (options.noise) options.noise->add(step, drive_.column(0), drive_.stride());
    unit_.template advance<activations::PassMath>(
        blocks(std::as_const(state_), before, n_trials), blocks(std::as_const(drive_), 0, n_trials),
        blocks(state_, after, n_trials), blocks(trajectory.saved, (step + 1) * kSaved * n_trials, n_trials),
        blocks(std::as_const(rates), step * n_trials, n_trials), blocks(rates, (step + 1) * n_trials, n_trials));
    if (options.keep_states) trajectory.states.array((step + 1) * n_state, n_state) = state_.array(after, n_state);
  }
  trajectory.state.resize(n_units_, n_state);
  trajectory.state.array(0, n_state) = state_.array(n_steps % 2 * n_state, n_state);
}

template <class Unit>
void RecurrentCell<Unit>::pack_credit(const ParameterSet<Scalar>& parameters, const RecurrentCredit<Scalar>& credit,
                                      const Trajectory<Scalar>& trajectory, Index group) {
  const Index n_trials = trajectory.n_trials;
  expects(kDrives == 1 || (credit.path != CreditPath::given && credit.constant_slope == 0),
          "one recurrent matrix for credit through given weights");
  const Vector<Scalar> scale = row_scale(unit_.scale());
  for (Index drive = 0; drive < kDrives; ++drive) {
    const auto d = static_cast<std::size_t>(drive);
    recurrent_gradient_[d].set_zero();
    input_gradient_[d].set_zero();
    if (!has_recurrent(drive)) continue;
    if (credit.path == CreditPath::full) credit_weights_[d].pack_transposed(weights(parameters, drive), scale);
    if (credit.path == CreditPath::given) credit_weights_[d].pack_transposed(credit.weights, scale);
    if (credit.path == CreditPath::self)
      self_weights_[d] = unit_.scale().is_uniform()
                             ? Vector<Scalar>(scale[0] * weights(parameters, drive).diagonal())
                             : Vector<Scalar>(scale.cwiseProduct(weights(parameters, drive).diagonal()));
  }
  credit_.resize(n_units_, (group + 1) * kVariables * n_trials);
  credit_.set_zero();
  rate_credit_.resize(n_units_, n_trials);
  if constexpr (!Unit::drive_is_state) {
    group_positions_ = group + 1;
    drive_credit_.resize(n_units_, group_positions_ * kDrives * n_trials);
    drive_credit_.set_zero();
  }
  if (credit.hops != CreditHops::all) {
    hop_.resize(n_units_, 2 * kVariables * n_trials);
    hop_drive_.resize(n_units_, 2 * kDrives * n_trials);
    nothing_.resize(n_units_, kVariables * n_trials);
    hop_.set_zero();
    hop_drive_.set_zero();
    nothing_.set_zero();
  }
  if (credit.constant_slope > 0) flowed_.resize(n_units_, n_trials);
}

/// target += Σ over drives of scale Rᵀ source[drive].
template <class Unit>
void RecurrentCell<Unit>::add_recurrent_credit(const RecurrentCredit<Scalar>& credit, const Scalar* const* source,
                                               Index n_trials, PaddedMatrix<Scalar>& target) {
  for (Index drive = 0; drive < kDrives; ++drive) {
    if (!has_recurrent(drive)) continue;
    const auto d = static_cast<std::size_t>(drive);
    if (credit.path != CreditPath::self) {
      multiply(credit_weights_[d], source[drive], target.stride(), n_trials, target.column(0), target.stride(),
               Write::add);
      continue;
    }
    const Eigen::Map<const Matrix<Scalar>, 0, Eigen::OuterStride<>> from(source[drive], n_units_, n_trials,
                                                                         Eigen::OuterStride<>(target.stride()));
    target.matrix().leftCols(n_trials).array() += from.array().colwise() * self_weights_[d].array();
  }
}

/// The credit of moment t, at `position` of the group; without a signal moment t has none of its own.
template <class Unit>
void RecurrentCell<Unit>::filter_moment(Index t, const Trajectory<Scalar>& trajectory,
                                        const RecurrentCredit<Scalar>& credit, const LearningSignal<Scalar>* signal,
                                        Index position) {
  const Index n_trials = trajectory.n_trials, n_state = kVariables * n_trials;
  const bool one_hop = credit.hops != CreditHops::all;
  const bool crosses = t < trajectory.n_steps && credit.crosses(t, trajectory.n_steps);
  const Moment<Scalar> here = moment(trajectory, t);
  const Blocks<Scalar> state_credit = blocks(credit_, position * n_state, n_trials);
  const Blocks<const Scalar> next = blocks(std::as_const(credit_), (position + 1) * n_state, n_trials);
  if (signal) {
    signal->write(t - 1, rate_credit_.column(0), rate_credit_.stride());
  } else {
    rate_credit_.set_zero();
  }
  const Blocks<const Scalar> rate_credit = blocks(std::as_const(rate_credit_), 0, n_trials);
  std::array<const Scalar*, static_cast<std::size_t>(kDrives)> source;
  if (one_hop) {
    const Index turn = t % 2, other = 1 - turn;
    const bool filtered = credit.hops == CreditHops::one_filtered;
    const Blocks<Scalar> hop = blocks(hop_, turn * n_state, n_trials);
    unit_.pull(here, rate_credit,
               filtered ? blocks(std::as_const(hop_), other * n_state, n_trials)
                        : blocks(std::as_const(nothing_), 0, n_trials),
               hop);
    if (t > 0) unit_.to_drive(here, hop, blocks(hop_drive_, turn * kDrives * n_trials, n_trials));
    for (Index drive = 0; drive < kDrives; ++drive)
      source[static_cast<std::size_t>(drive)] = hop_drive_.column((other * kDrives + drive) * n_trials);
  } else {
    for (Index drive = 0; drive < kDrives; ++drive)
      source[static_cast<std::size_t>(drive)] = drive_credit(drive, position + 1, n_trials);
  }
  if (crosses && credit.constant_slope > 0) {
    flowed_.set_zero();
    add_recurrent_credit(credit, source.data(), n_trials, flowed_);
    unit_.pull(here, rate_credit, next, state_credit);
    state_credit[0] += credit.constant_slope * flowed_.array(0, n_trials);
  } else {
    if (crosses) add_recurrent_credit(credit, source.data(), n_trials, rate_credit_);
    unit_.pull(here, rate_credit, next, state_credit);
  }
  if constexpr (!Unit::drive_is_state) {
    if (t == 0) return;
    // Drives lie apart, each with all its moments, so that a product runs over many moments at once.
    const Index size = n_trials * drive_credit_.stride();
    unit_.to_drive(here, Blocks<const Scalar>(state_credit),
                   Blocks<Scalar>(drive_credit(0, position, n_trials), size, group_positions_ * size));
  }
}

template <class Unit>
void RecurrentCell<Unit>::add_products(const Trajectory<Scalar>& trajectory, const Matrix<Scalar>& inputs,
                                       Index first_step, Index n_steps) {
  const Index n_trials = trajectory.n_trials;
  const PaddedMatrix<Scalar>& rates = trajectory.rates;
  for (Index drive = 0; drive < kDrives; ++drive) {
    const auto d = static_cast<std::size_t>(drive);
    const Scalar* credit = drive_credit(drive, 0, n_trials);
    if (has_recurrent(drive))
      add_outer_products(credit, credit_.stride(), n_units_, rates.column(first_step * n_trials), rates.stride(),
                         n_units_, n_steps * n_trials, recurrent_gradient_[d].column(0),
                         recurrent_gradient_[d].stride());
    add_outer_products(credit, credit_.stride(), n_units_, sources(drive, inputs, first_step * n_trials), inputs.rows(),
                       input_[d].cols(), n_steps * n_trials, input_gradient_[d].column(0), input_gradient_[d].stride());
  }
}

template <class Unit>
void RecurrentCell<Unit>::backward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs,
                                   const Trajectory<Scalar>& trajectory, const RecurrentCredit<Scalar>& credit,
                                   const LearningSignal<Scalar>& signal, ParameterSet<Scalar>& gradient) {
  const Index n_trials = trajectory.n_trials, n_state = kVariables * n_trials;
  const Index group = std::max<Index>(1, kGradientColumns / n_trials);
  pack_credit(parameters, credit, trajectory, group);
  for (Index end = trajectory.n_steps; end > 0; end -= std::min(group, end)) {
    const Index n = std::min(group, end), first = end - n;
    // The credit of the moment after this group was the first of the group before.
    credit_.array(n * n_state, n_state) = credit_.array(0, n_state);
    if constexpr (!Unit::drive_is_state)
      for (Index drive = 0; drive < kDrives; ++drive)
        drive_credit_.array(drive_column(drive, n, n_trials), n_trials) =
            drive_credit_.array(drive_column(drive, 0, n_trials), n_trials);
    for (Index t = end; t > first; --t) filter_moment(t, trajectory, credit, &signal, t - 1 - first);
    add_products(trajectory, inputs, first, n);
  }
  add_weight_gradients(parameters, gradient);
  if (!*Unit::initial_state() || trajectory.carried_on) return;
  // Moment 0 takes the place before the first: position 1 then holds the credit of moment 1.
  credit_.array(n_state, n_state) = credit_.array(0, n_state);
  if constexpr (!Unit::drive_is_state)
    for (Index drive = 0; drive < kDrives; ++drive)
      drive_credit_.array(drive_column(drive, 1, n_trials), n_trials) =
          drive_credit_.array(drive_column(drive, 0, n_trials), n_trials);
  filter_moment(0, trajectory, credit, nullptr, 0);
  gradient.block(Unit::initial_state()).col(0) += credit_.matrix().leftCols(n_trials).rowwise().sum();
}

template <class Unit>
void RecurrentCell<Unit>::add_weight_gradients(const ParameterSet<Scalar>& parameters, ParameterSet<Scalar>& gradient) {
  const Vector<Scalar> scale = unit_.scale().values();
  for (Index drive = 0; drive < kDrives; ++drive) {
    const auto d = static_cast<std::size_t>(drive);
    const Matrix<Scalar> recurrent = scale.asDiagonal() * recurrent_gradient_[d].matrix();
    const Matrix<Scalar> input = scale.asDiagonal() * input_gradient_[d].matrix();
    add_gate_gradient(parameters, drive, recurrent, input, gradient);
  }
}

/// From dE/dW [n_units x n_units] and dE/d[W_in, b] of one drive, or dE/db alone.
template <class Unit>
void RecurrentCell<Unit>::add_gate_gradient(const ParameterSet<Scalar>& parameters, Index drive,
                                            const Matrix<Scalar>& recurrent, const Matrix<Scalar>& input,
                                            ParameterSet<Scalar>& gradient) const {
  const Gate& gate = gates_[static_cast<std::size_t>(drive)];
  const Index n_reached = wiring_.n_input_units();
  if (has_recurrent(drive)) wiring_.add_gradient(parameters, matrix_of(drive), recurrent, gradient);
  if (!gate.input.empty())
    gradient.block(gate.input).topRows(n_reached) += input.topLeftCorner(n_reached, input.cols() - 1);
  if (has_bias(drive)) gradient.block(gate.bias) += input.rightCols(1);
}

template <class Unit>
void RecurrentCell<Unit>::add_drive_gradient(const ParameterSet<Scalar>& parameters,
                                             const Matrix<Scalar>& drive_gradient,
                                             ParameterSet<Scalar>& gradient) const {
  const auto scale = unit_.scale().values().asDiagonal();
  for (Index drive = 0; drive < kDrives; ++drive) {
    const auto rows = drive_gradient.middleRows(drive * n_units_, n_units_);
    const Matrix<Scalar> recurrent = scale * rows.leftCols(n_units_);
    const Matrix<Scalar> input = scale * rows.rightCols(drive_gradient.cols() - n_units_);
    add_gate_gradient(parameters, drive, recurrent, input, gradient);
  }
}

template <class Unit>
Matrix<typename Unit::Scalar> RecurrentCell<Unit>::drive_weights(const ParameterSet<Scalar>& parameters,
                                                                 Index drive) const {
  if (!has_recurrent(drive)) return Matrix<Scalar>::Zero(n_units_, n_units_);
  return unit_.scale().values().asDiagonal() * weights(parameters, drive);
}

template <class Unit>
void RecurrentCell<Unit>::linearize(const Trajectory<Scalar>& trajectory, Index step,
                                    Linearization<Scalar>& result) const {
  linearize_unit(unit_, trajectory, step, probes_, result);
}

template <class Unit>
std::unique_ptr<CellMap<typename Unit::Scalar>> RecurrentCell<Unit>::map(const ParameterSet<Scalar>& parameters,
                                                                         Index n_inputs) const {
  std::vector<DriveWeights<Scalar>> drives(static_cast<std::size_t>(kDrives));
  for (Index drive = 0; drive < kDrives; ++drive) {
    DriveWeights<Scalar>& weights = drives[static_cast<std::size_t>(drive)];
    if (has_recurrent(drive)) weights.recurrent = drive_weights(parameters, drive);
    const Matrix<Scalar> input = unit_.scale().values().asDiagonal() * input_weights(parameters, drive, n_inputs);
    weights.input = Matrix<Scalar>::Zero(n_units_, n_inputs + 1);
    weights.input.rightCols(input.cols()) = input;
  }
  return std::make_unique<RecurrentCellMap<Unit>>(unit_, n_units_, std::move(drives));
}

template <class Unit>
void RecurrentCell<Unit>::rates(const Matrix<Scalar>& states, Matrix<Scalar>& result) const {
  const Index n = states.cols();
  PaddedMatrix<Scalar> state(n_units_, kVariables * n), saved(n_units_, kSaved * n), rate(n_units_, n);
  for (Index variable = 0; variable < kVariables; ++variable)
    state.matrix().middleCols(variable * n, n) = states.middleRows(variable * n_units_, n_units_);
  unit_.template settle<activations::PassMath>(blocks(state, 0, n), blocks(saved, 0, n), blocks(rate, 0, n));
  result = rate.matrix();
}

template <class Unit>
Vector<typename Unit::Scalar> RecurrentCell<Unit>::initial_state(const ParameterSet<Scalar>& parameters) const {
  Vector<Scalar> state = Vector<Scalar>::Zero(this->n_states());
  if (*Unit::initial_state()) state.head(n_units_) = parameters.block(Unit::initial_state()).col(0);
  return state;
}

}  // namespace cohort
