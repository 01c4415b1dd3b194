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
  n_drives_ = traits.n_drives;
  n_trials_ = n_trials;
  readout_decay_ = static_cast<Scalar>(traits.readout_decay);
  n_cell_variables_ = traits.n_variables;
  n_variables_ = n_cell_variables_ + (readout_decay_ > 0 ? 1 : 0);
  is_presynaptic_ = path_ == CreditPath::none && traits.has_presynaptic_traces && readout_decay_ == 0;
  no_feedback_ = Matrix<Scalar>::Zero(n_units_, network.n_outputs());
  drive_gradient_ = PaddedMatrix<Scalar>(n_units_, n_drives_ * n_sources_);
  state_credit_ = PaddedMatrix<Scalar>(n_units_, n_variables_ * n_trials);
  passage_ = PaddedMatrix<Scalar>(n_units_, n_variables_ * n_variables_ * n_trials);
  scratch_ = passage_;
  initial_ = state_credit_;
  block(initial_, 0).setOnes();
  if (is_presynaptic_) {
    presynaptic_ = Matrix<Scalar>::Zero(n_sources_, n_trials);
  } else {
    traces_.assign(static_cast<std::size_t>(n_trials),
                   PaddedMatrix<Scalar>(n_units_, n_drives_ * n_sources_ * n_variables_));
  }
}

template <class Scalar>
void EligibilityTraces<Scalar>::add_gradient(RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& inputs,
                                             const Matrix<Scalar>& output_error, const Matrix<Scalar>& feedback,
                                             const DirectCredit<Scalar>& direct, ParameterSet<Scalar>& gradient) {
  expects(network.trajectory().n_trials == n_trials_, "the trials that the traces began with");
  prepare(network, output_error, feedback, direct);
  gather_sources(network, inputs);
  drive_gradient_.set_zero();
  if (is_presynaptic_) {
    add_from_presynaptic_traces();
  } else {
    add_from_connection_traces();
  }
  advance_initial_state();
  Matrix<Scalar> drive_gradient(n_drives_ * n_units_, n_sources_);
  for (Index drive = 0; drive < n_drives_; ++drive)
    drive_gradient.middleRows(drive * n_units_, n_units_) =
        drive_gradient_.matrix().middleCols(drive * n_sources_, n_sources_);
  network.cell().add_drive_gradient(network.parameters(), drive_gradient, gradient);
  if (const ParameterBlock* initial = initial_state_block(gradient))
    gradient.block(initial->name).col(0) += initial_gradient_;
  network.add_readout_gradient(output_error, gradient);
}

/// The steps of every unit, from the derivatives of the cell and the learning signal.
template <class Scalar>
void EligibilityTraces<Scalar>::prepare(const RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& output_error,
                                        const Matrix<Scalar>& feedback, const DirectCredit<Scalar>& direct) {
  const Trajectory<Scalar>& trajectory = network.trajectory();
  steps_.resize(static_cast<std::size_t>(trajectory.n_steps));
  for (Index t = 0; t < trajectory.n_steps; ++t) {
    Step& step = steps_[static_cast<std::size_t>(t)];
    step.transition.resize(n_units_, n_variables_ * n_variables_ * n_trials_);
    step.entry.resize(n_units_, n_variables_ * n_drives_ * n_trials_);
    step.credit.resize(n_units_, n_variables_ * n_trials_);
    network.cell().linearize(trajectory, t, local_);
    if (path_ == CreditPath::self) add_self_connections(network);
    network.learning_signal(t, output_error, feedback, {}, output_signal_);
    network.learning_signal(t, output_error, no_feedback_, direct, direct_signal_);
    if (readout_decay_ == 0) direct_signal_ += output_signal_;
    for (Index to = 0; to < n_cell_variables_; ++to) {
      for (Index from = 0; from < n_cell_variables_; ++from)
        block(step.transition, to * n_variables_ + from) = block(local_.decay, to * n_cell_variables_ + from);
      for (Index drive = 0; drive < n_drives_; ++drive)
        block(step.entry, to * n_drives_ + drive) = block(local_.drive, to * n_drives_ + drive);
      step.credit.matrix().middleCols(to * n_trials_, n_trials_) =
          local_.slope.matrix().middleCols(to * n_trials_, n_trials_).cwiseProduct(direct_signal_);
    }
    if (readout_decay_ > 0) add_leaky_readout(step);
  }
}

/// A connection of a unit to itself adds to the derivative of its state with respect to the state before.
template <class Scalar>
void EligibilityTraces<Scalar>::add_self_connections(const RecurrentNetwork<Scalar>& network) {
  for (Index drive = 0; drive < n_drives_; ++drive) {
    const Vector<Scalar> weight = network.cell().drive_weights(network.parameters(), drive).diagonal();
    for (Index to = 0; to < n_cell_variables_; ++to)
      for (Index from = 0; from < n_cell_variables_; ++from)
        local_.decay.matrix().middleCols((to * n_cell_variables_ + from) * n_trials_, n_trials_).array() +=
            (local_.drive.matrix().middleCols((to * n_drives_ + drive) * n_trials_, n_trials_).array() *
             local_.slope_before.matrix().middleCols(from * n_trials_, n_trials_).array())
                .colwise() *
            weight.array();
  }
}

/// The last variable: ē_t = κ ē_{t-1} + (1 - κ) ∂h_t/∂s_t ε_t. Output errors reach it alone.
template <class Scalar>
void EligibilityTraces<Scalar>::add_leaky_readout(Step& step) const {
  const Index last = n_cell_variables_;
  for (Index from = 0; from < last; ++from) {
    block(step.transition, last * n_variables_ + from).setZero();
    block(step.transition, from * n_variables_ + last).setZero();
  }
  for (Index drive = 0; drive < n_drives_; ++drive) block(step.entry, last * n_drives_ + drive).setZero();
  for (Index variable = 0; variable < last; ++variable) {
    const auto slope = local_.slope.array(variable * n_trials_, n_trials_);
    for (Index from = 0; from < last; ++from)
      block(step.transition, last * n_variables_ + from) +=
          (1 - readout_decay_) * slope * block(step.transition, variable * n_variables_ + from);
    for (Index drive = 0; drive < n_drives_; ++drive)
      block(step.entry, last * n_drives_ + drive) +=
          (1 - readout_decay_) * slope * block(step.entry, variable * n_drives_ + drive);
  }
  block(step.transition, last * n_variables_ + last).setConstant(readout_decay_);
  step.credit.matrix().middleCols(last * n_trials_, n_trials_) = output_signal_;
}

template <class Scalar>
void EligibilityTraces<Scalar>::gather_sources(const RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& inputs) {
  sources_.resize(n_sources_, n_steps() * n_trials_);
  for (Index step = 0; step < n_steps(); ++step) {
    for (Index trial = 0; trial < n_trials_; ++trial) {
      sources_.col(column(trial, step)).head(n_units_) =
          network.trajectory().rates.matrix().col(step * n_trials_ + trial);
      sources_.col(column(trial, step)).tail(inputs.rows()) = inputs.col(step * n_trials_ + trial);
    }
  }
}

/// One trace per source and trial serves all units, which forget at the same constant rate.
template <class Scalar>
void EligibilityTraces<Scalar>::add_from_presynaptic_traces() {
  const Index n_columns = n_steps() * n_trials_;
  drive_credit_.resize(n_units_, n_columns);
  for (Index t = 0; t < n_steps(); ++t) {
    Step& step = steps_[static_cast<std::size_t>(t)];
    const Scalar decay = *step.transition.column(0), entry = *step.entry.column(0);
    for (Index trial = 0; trial < n_trials_; ++trial) {
      presynaptic_.col(trial) = decay * presynaptic_.col(trial) + entry * sources_.col(column(trial, t));
      sources_.col(column(trial, t)) = presynaptic_.col(trial);
      drive_credit_.array(column(trial, t), 1) = step.credit.array(trial, 1);
    }
  }
  add_outer_products(drive_credit_.column(0), drive_credit_.stride(), n_units_, sources_.data(), sources_.rows(),
                     n_sources_, n_columns, drive_gradient_.column(0), drive_gradient_.stride());
}

template <class Scalar>
void EligibilityTraces<Scalar>::add_from_connection_traces() {
  const Index n_columns = n_steps() * n_trials_;
  drive_credit_.resize(n_units_, n_drives_ * n_columns);
  arrival_.resize(n_units_, n_variables_ * n_drives_ * n_columns);
  filter_part();
  for (Index drive = 0; drive < n_drives_; ++drive)
    add_outer_products(drive_credit_.column(drive * n_columns), drive_credit_.stride(), n_units_, sources_.data(),
                       sources_.rows(), n_sources_, n_columns, drive_gradient_.column(drive * n_sources_),
                       drive_gradient_.stride());
  for (Index trial = 0; trial < n_trials_; ++trial) advance_connections(trial);
}

/// Backward through the part: which credit each drive gets from the steps that follow in it, what of each drive's
/// effect is left at its end, and the same two for the traces at its start.
template <class Scalar>
void EligibilityTraces<Scalar>::filter_part() {
  const Index n_columns = n_steps() * n_trials_;
  state_credit_.set_zero();
  passage_.set_zero();
  for (Index variable = 0; variable < n_variables_; ++variable)
    block(passage_, variable * n_variables_ + variable).setOnes();
  for (Index t = n_steps() - 1; t >= 0; --t) {
    Step& step = steps_[static_cast<std::size_t>(t)];
    state_credit_.array(0, state_credit_.cols()) += step.credit.array(0, step.credit.cols());
    for (Index drive = 0; drive < n_drives_; ++drive) {
      for (Index trial = 0; trial < n_trials_; ++trial) {
        const auto entry = [&](Index variable) {
          return step.entry.array((variable * n_drives_ + drive) * n_trials_ + trial, 1);
        };
        auto credit = drive_credit_.array(drive * n_columns + column(trial, t), 1);
        credit.setZero();
        for (Index variable = 0; variable < n_variables_; ++variable)
          credit += entry(variable) * state_credit_.array(variable * n_trials_ + trial, 1);
        for (Index to = 0; to < n_variables_; ++to) {
          auto arrival = arrival_.array((to * n_drives_ + drive) * n_columns + column(trial, t), 1);
          arrival.setZero();
          for (Index from = 0; from < n_variables_; ++from)
            arrival += passage_.array((to * n_variables_ + from) * n_trials_ + trial, 1) * entry(from);
        }
      }
    }
    scratch_.array(0, state_credit_.cols()) = state_credit_.array(0, state_credit_.cols());
    state_credit_.set_zero();
    for (Index to = 0; to < n_variables_; ++to)
      for (Index from = 0; from < n_variables_; ++from)
        block(state_credit_, from) += block(step.transition, to * n_variables_ + from) * block(scratch_, to);
    scratch_.array(0, passage_.cols()) = passage_.array(0, passage_.cols());
    passage_.set_zero();
    for (Index to = 0; to < n_variables_; ++to)
      for (Index through = 0; through < n_variables_; ++through)
        for (Index from = 0; from < n_variables_; ++from)
          block(passage_, to * n_variables_ + from) +=
              block(scratch_, to * n_variables_ + through) * block(step.transition, through * n_variables_ + from);
  }
}

/// What the traces at the start of the part add to the gradient, and the traces at its end.
template <class Scalar>
void EligibilityTraces<Scalar>::advance_connections(Index trial) {
  PaddedMatrix<Scalar>& traces = traces_[static_cast<std::size_t>(trial)];
  const auto of_trial = [&](PaddedMatrix<Scalar>& blocks, Index index) {
    return blocks.array(index * n_trials_ + trial, 1);
  };
  for (Index connection = 0; connection < n_drives_ * n_sources_; ++connection) {
    const Index first = connection * n_variables_;
    auto result = drive_gradient_.array(connection, 1);
    for (Index variable = 0; variable < n_variables_; ++variable)
      result += of_trial(state_credit_, variable) * traces.array(first + variable, 1);
    scratch_.array(0, n_variables_) = traces.array(first, n_variables_);
    for (Index to = 0; to < n_variables_; ++to) {
      auto trace = traces.array(first + to, 1);
      trace = of_trial(passage_, to * n_variables_) * scratch_.array(0, 1);
      for (Index from = 1; from < n_variables_; ++from)
        trace += of_trial(passage_, to * n_variables_ + from) * scratch_.array(from, 1);
    }
  }
  const Index n_columns = n_steps() * n_trials_;
  for (Index variable = 0; variable < n_variables_; ++variable)
    for (Index drive = 0; drive < n_drives_; ++drive)
      add_outer_products(arrival_.column((variable * n_drives_ + drive) * n_columns + column(trial, 0)),
                         arrival_.stride(), n_units_, sources_.col(column(trial, 0)).data(), sources_.rows(),
                         n_sources_, n_steps(), traces.column(drive * n_sources_ * n_variables_ + variable),
                         n_variables_ * traces.stride());
}

/// The learned initial state of variable 0 acts like a source that spoke at moment 0 only.
template <class Scalar>
void EligibilityTraces<Scalar>::advance_initial_state() {
  initial_gradient_ = Vector<Scalar>::Zero(n_units_);
  for (Step& step : steps_) {
    scratch_.array(0, initial_.cols()) = initial_.array(0, initial_.cols());
    initial_.set_zero();
    for (Index to = 0; to < n_variables_; ++to)
      for (Index from = 0; from < n_variables_; ++from)
        block(initial_, to) += block(step.transition, to * n_variables_ + from) * block(scratch_, from);
    for (Index variable = 0; variable < n_variables_; ++variable) {
      const auto columns = Eigen::seqN(variable * n_trials_, n_trials_);
      initial_gradient_ += step.credit.matrix()(Eigen::all, columns)
                               .cwiseProduct(initial_.matrix()(Eigen::all, columns))
                               .rowwise()
                               .sum();
    }
  }
}

template class EligibilityTraces<float>;
template class EligibilityTraces<double>;

}  // namespace cohort
