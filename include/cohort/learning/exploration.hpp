#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/temporal_rule.hpp>
#include <cohort/network/recurrent_network.hpp>

namespace cohort {

/// What rules that learn from reward alone share (Miconi 2017, doi:10.7554/eLife.20899): the trials run again with rare
/// random pulses on the drives, and plasticity looks at how far each unit's voltage x strays from its running mean x̄.
///
/// A pulse comes to each unit at each step with probability `pulse_probability`; its size is U(±`pulse`), in units of
/// what the cell scales (W h + W_in x + b). x̄ ← κ x̄ + (1-κ) x with κ = `trace`; it starts at the initial state of
/// each trial.
template <class Scalar>
class Exploration {
 public:
  static void describe(Description& description);
  explicit Exploration(const Parameters& parameters);

  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream);

  /// Runs the trials of the update and returns the mean error of each, [n_trials].
  VectorXd run(const TemporalContext<Scalar>& context);

  /// Of one trial of the last run: presynaptic rates r_{t-1} with a last row of ones for the bias, [n_units + 1 x
  /// n_steps], and deviations x_t - x̄_{t-1}, [n_units x n_steps].
  void trial(const RecurrentNetwork<Scalar>& network, Index trial, Matrix<Scalar>& presynaptic,
             Matrix<Scalar>& deviation) const;

  /// Adds the step that makes `change` [n_units x n_units + 1] to the effective recurrent weights and, last column, to
  /// the bias; UpdateKind::step, so with its sign reversed.
  void add_step(const RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& change,
                ParameterSet<Scalar>& gradient) const;

 private:
  double probability_, size_;
  Scalar trace_;
  RandomStream stream_;
  Vector<Scalar> scale_;  ///< what the cell puts before its drives, [n_units]
};

}  // namespace cohort
