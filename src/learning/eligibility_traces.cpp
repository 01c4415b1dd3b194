#include <cohort/learning/eligibility_traces.hpp>

#include <cohort/core/errors.hpp>

#include <algorithm>

namespace cohort {
namespace {

/// The block with the learned initial value of variable 0, or null.
template <class Scalar>
const ParameterBlock* initial_state_block(const ParameterSet<Scalar>& parameters) {
  const auto& blocks = parameters.layout.blocks();
  const auto found = std::find_if(blocks.begin(), blocks.end(), [](const ParameterBlock& block) {
    return block.role == ParameterRole::initial_state;
  });
  return found == blocks.end() ? nullptr : &*found;
}

}  // namespace

template <class Scalar>
void EligibilityTraces<Scalar>::begin(const RecurrentNetwork<Scalar>& network, Index n_trials) {
  expects(path_ == CreditPath::none || path_ == CreditPath::self, "traces within units");
  const CellTraits& traits = network.cell().traits();
  n_units_ = traits.n_units;
  n_sources_ = n_units_ + network.n_inputs() + 1;
  n_variables_ = traits.n_variables;
  n_drives_ = traits.n_drives;
  n_trials_ = n_trials;
  readout_decay_ = static_cast<Scalar>(traits.readout_decay);
  is_presynaptic_ = path_ == CreditPath::none && traits.has_presynaptic_traces && readout_decay_ == 0;
  no_feedback_ = Matrix<Scalar>::Zero(n_units_, network.n_outputs());
  initial_ = PaddedMatrix<Scalar>(n_units_, n_variables_ * n_trials);
  initial_.matrix().leftCols(n_trials).setOnes();
  filtered_initial_ = PaddedMatrix<Scalar>(n_units_, n_trials);
  before_ = PaddedMatrix<Scalar>(n_units_, std::max(n_variables_, n_variables_ * n_trials));
  drive_gradient_ = PaddedMatrix<Scalar>(n_units_, n_drives_ * n_sources_);
  credit_ = PaddedMatrix<Scalar>(n_units_, n_trials);
  if (is_presynaptic_) {
    sources_ = Matrix<Scalar>::Zero(n_sources_, n_trials);
    return;
  }
  const Index n_connections = n_drives_ * n_sources_;
  const auto n = static_cast<std::size_t>(n_trials);
  traces_.assign(n, PaddedMatrix<Scalar>(n_units_, n_connections * n_variables_));
  filtered_.assign(n, PaddedMatrix<Scalar>(n_units_, readout_decay_ > 0 ? n_connections : 0));
}

template <class Scalar>
void EligibilityTraces<Scalar>::add_gradient(RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& inputs,
                                             const Matrix<Scalar>& output_error, const Matrix<Scalar>& feedback,
                                             const DirectCredit<Scalar>& direct, ParameterSet<Scalar>& gradient) {
  const Trajectory<Scalar>& trajectory = network.trajectory();
  expects(trajectory.n_trials == n_trials_, "the trials that the traces began with");
  drive_gradient_.set_zero();
  initial_gradient_ = Vector<Scalar>::Zero(n_units_);
  for (Index step = 0; step < trajectory.n_steps; ++step) {
    network.cell().linearize(trajectory, step, local_);
    if (path_ == CreditPath::self) add_self_connections(network);
    network.learning_signal(step, output_error, feedback, {}, output_signal_);
    network.learning_signal(step, output_error, no_feedback_, direct, direct_signal_);
    if (is_presynaptic_) {
      advance_presynaptic(network, inputs, step);
    } else {
      advance_connections(network, inputs, step);
    }
    advance_initial_state();
  }
  Matrix<Scalar> drive_gradient(n_drives_ * n_units_, n_sources_);
  for (Index drive = 0; drive < n_drives_; ++drive)
    drive_gradient.middleRows(drive * n_units_, n_units_) =
        drive_gradient_.matrix().middleCols(drive * n_sources_, n_sources_);
  network.cell().add_drive_gradient(network.parameters(), drive_gradient, gradient);
  if (const ParameterBlock* block = initial_state_block(gradient))
    gradient.block(block->name).col(0) += initial_gradient_;
  network.add_readout_gradient(output_error, gradient);
}

/// A connection of a unit to itself adds to the derivative of its state with respect to the state before.
template <class Scalar>
void EligibilityTraces<Scalar>::add_self_connections(const RecurrentNetwork<Scalar>& network) {
  for (Index drive = 0; drive < n_drives_; ++drive) {
    const Vector<Scalar> weight = network.cell().drive_weights(network.parameters(), drive).diagonal();
    for (Index to = 0; to < n_variables_; ++to)
      for (Index from = 0; from < n_variables_; ++from)
        local_.decay.matrix().middleCols((to * n_variables_ + from) * n_trials_, n_trials_).array() +=
            (local_.drive.matrix().middleCols((to * n_drives_ + drive) * n_trials_, n_trials_).array() *
             local_.slope_before.matrix().middleCols(from * n_trials_, n_trials_).array())
                .colwise() *
            weight.array();
  }
}

/// One value per presynaptic unit and trial: every unit forgets at the same constant rate.
template <class Scalar>
void EligibilityTraces<Scalar>::advance_presynaptic(const RecurrentNetwork<Scalar>& network,
                                                    const Matrix<Scalar>& inputs, Index step) {
  const Index first = step * n_trials_;
  const Scalar decay = *local_.decay.column(0), drive = *local_.drive.column(0);
  sources_.topRows(n_units_) =
      decay * sources_.topRows(n_units_) + drive * network.trajectory().rates.matrix().middleCols(first, n_trials_);
  sources_.bottomRows(inputs.rows()) =
      decay * sources_.bottomRows(inputs.rows()) + drive * inputs.middleCols(first, n_trials_);
  credit_.matrix() = (output_signal_ + direct_signal_).cwiseProduct(local_.slope.matrix());
  add_outer_products(credit_.column(0), credit_.stride(), n_units_, sources_.data(), sources_.rows(), n_sources_,
                     n_trials_, drive_gradient_.column(0), drive_gradient_.stride());
}

template <class Scalar>
void EligibilityTraces<Scalar>::advance_connections(const RecurrentNetwork<Scalar>& network,
                                                    const Matrix<Scalar>& inputs, Index step) {
  const auto rates = network.trajectory().rates.matrix();
  for (Index trial = 0; trial < n_trials_; ++trial) {
    const Index column = step * n_trials_ + trial;
    for (Index drive = 0; drive < n_drives_; ++drive) {
      for (Index source = 0; source < n_units_; ++source)
        advance_connection(trial, drive, source, rates(source, column));
      for (Index input = 0; input < inputs.rows(); ++input)
        advance_connection(trial, drive, n_units_ + input, inputs(input, column));
    }
  }
}

/// The connections from one source to all units: their traces one step on, and what the step adds to their gradient.
template <class Scalar>
void EligibilityTraces<Scalar>::advance_connection(Index trial, Index drive, Index source, Scalar presynaptic) {
  const auto local = [&](PaddedMatrix<Scalar>& blocks, Index block) {
    return blocks.array(block * n_trials_ + trial, 1);
  };
  const Index connection = drive * n_sources_ + source, first = connection * n_variables_;
  PaddedMatrix<Scalar>& traces = traces_[static_cast<std::size_t>(trial)];
  before_.array(0, n_variables_) = traces.array(first, n_variables_);
  for (Index to = 0; to < n_variables_; ++to) {
    auto trace = traces.array(first + to, 1);
    trace = presynaptic * local(local_.drive, to * n_drives_ + drive);
    for (Index from = 0; from < n_variables_; ++from)
      trace += local(local_.decay, to * n_variables_ + from) * before_.array(from, 1);
  }
  auto eligibility = before_.array(0, 1);  // its content has been used
  eligibility = local(local_.slope, 0) * traces.array(first, 1);
  for (Index variable = 1; variable < n_variables_; ++variable)
    eligibility += local(local_.slope, variable) * traces.array(first + variable, 1);
  const auto e = eligibility.head(n_units_);
  auto result = drive_gradient_.matrix().col(connection).array();
  if (readout_decay_ == 0) {
    result += (output_signal_.col(trial) + direct_signal_.col(trial)).array() * e;
    return;
  }
  auto filtered = filtered_[static_cast<std::size_t>(trial)].matrix().col(connection).array();
  filtered = readout_decay_ * filtered + (1 - readout_decay_) * e;
  result += output_signal_.col(trial).array() * filtered + direct_signal_.col(trial).array() * e;
}

/// The learned initial state of variable 0 acts like a source of its own, at moment 0 only.
template <class Scalar>
void EligibilityTraces<Scalar>::advance_initial_state() {
  const auto block = [&](PaddedMatrix<Scalar>& matrix, Index index) {
    return matrix.matrix().middleCols(index * n_trials_, n_trials_).array();
  };
  before_.array(0, n_variables_ * n_trials_) = initial_.array(0, n_variables_ * n_trials_);
  for (Index to = 0; to < n_variables_; ++to) {
    block(initial_, to).setZero();
    for (Index from = 0; from < n_variables_; ++from)
      block(initial_, to) += block(local_.decay, to * n_variables_ + from) * block(before_, from);
  }
  auto eligibility = block(before_, 0);
  eligibility = block(local_.slope, 0) * block(initial_, 0);
  for (Index variable = 1; variable < n_variables_; ++variable)
    eligibility += block(local_.slope, variable) * block(initial_, variable);
  if (readout_decay_ == 0) {
    initial_gradient_ += ((output_signal_ + direct_signal_).array() * eligibility).matrix().rowwise().sum();
    return;
  }
  filtered_initial_.matrix().array() =
      readout_decay_ * filtered_initial_.matrix().array() + (1 - readout_decay_) * eligibility;
  initial_gradient_ += (output_signal_.array() * filtered_initial_.matrix().array() +
                        direct_signal_.array() * eligibility)
                           .matrix()
                           .rowwise()
                           .sum();
}

template class EligibilityTraces<float>;
template class EligibilityTraces<double>;

}  // namespace cohort
