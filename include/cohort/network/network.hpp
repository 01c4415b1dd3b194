#pragma once

#include <cohort/network/cell.hpp>
#include <cohort/network/initialization.hpp>
#include <cohort/network/network_constant.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cohort {

/// Networks credit through time (recurrent), through depth (feedforward), or through the learning of a network within
/// (adaptive: a trial is a training); a rule serves one of these.
enum class NetworkFamily { recurrent, feedforward, adaptive };

/// "recurrent", "feedforward", "adaptive": the word of tables and messages.
inline const char* family_name(NetworkFamily family) {
  return family == NetworkFamily::recurrent     ? "recurrent"
         : family == NetworkFamily::feedforward ? "feedforward"
                                                : "adaptive";
}

/// What studies, files and analyses may ask about a network.
struct NetworkTraits {
  NetworkFamily family = NetworkFamily::recurrent;
  std::string name{};       ///< of its architecture: "ctrnn"
  Index n_units = 0;        ///< seen in representations
  Index n_states = 0;       ///< state variables that a step carries on to the next: the dimension of its dynamics
  bool is_spiking = false;  ///< rates are spikes, which have no derivative
  double highest_rate = 0;  ///< no |rate| is larger, no mean rate of spikes; 0: there is no such limit
  std::vector<Index> layer_units{};  ///< of representations, layer by layer; empty for networks without layers
};

/// What a forward pass gives, whatever the family. Column = step * n_trials + trial.
template <class Scalar>
struct Activity {
  Index n_trials = 0;
  Index n_steps = 0;
  Matrix<Scalar> outputs;       ///< [n_outputs x n_steps * n_trials]
  double mean_square_rate = 0;  ///< mean of h² over units, steps and trials: what the activity regularizer bounds
};

/// Learning signal that does not come from the outputs: dE/dh_t = rate_weight · h_t + offset + that of the trial, from
/// the regularizers.
template <class Scalar>
struct DirectCredit {
  Scalar rate_weight = 0;
  Vector<Scalar> offset{};        ///< [n_units], empty for none
  Matrix<Scalar> trial_offset{};  ///< [n_units x n_trials], empty for none

  bool is_zero() const { return rate_weight == 0 && offset.size() == 0 && trial_offset.size() == 0; }
};

/// A network: named parameters, a forward pass, representations.
template <class Scalar>
class Network {
 public:
  virtual ~Network() = default;

  virtual NetworkTraits traits() const = 0;
  virtual Index n_units() const = 0;
  virtual Index n_outputs() const = 0;

  ParameterSet<Scalar>& parameters() { return parameters_; }
  const ParameterSet<Scalar>& parameters() const { return parameters_; }

  /// Draws all parameters, and what is fixed but random. `stream` belongs to (architecture, initialization, seed).
  virtual void initialize(const Initialization& initialization, const RandomStream& stream) = 0;

  /// What was drawn or set but is not learned. Names and shapes are the same for every initialization and stream.
  virtual NetworkConstants<Scalar> constants() const { return {}; }

  /// Runs the network; `inputs` [n_inputs + 1 x n_steps * n_trials] with a last row of ones. The activity stays valid
  /// until the next call.
  virtual const Activity<Scalar>& forward(const Matrix<Scalar>& inputs, Index n_trials,
                                          const ForwardOptions<Scalar>& options = {}) = 0;

  /// What the last forward pass gave.
  virtual const Activity<Scalar>& activity() const = 0;

  /// The unit noise of training for trials from `first_trial` and steps from `first_step`; null for a network without.
  virtual std::unique_ptr<DriveNoise<Scalar>> unit_noise(const RandomStream& stream, std::uint64_t first_trial,
                                                         Index n_trials, Index first_step) const = 0;

  /// Mean rate of each unit over the steps and trials of the last forward pass, [n_units].
  virtual Vector<Scalar> mean_rates() const = 0;
  /// The same of |rate|.
  virtual Vector<Scalar> mean_absolute_rates() const = 0;
  /// The same for each trial, over its steps, [n_units x n_trials].
  virtual Matrix<Scalar> trial_rates() const = 0;

  /// The recurrent matrices as units feel them, constraints included, each [n_units x n_units]; none without any.
  virtual std::vector<Matrix<Scalar>> recurrent_matrices() const { return {}; }

  /// Rates of the last forward pass at steps [first, first + n): [n_trials * n x n_units], step fastest within trial.
  virtual Matrix<Scalar> representation(Index first_step, Index n_steps) const = 0;

 protected:
  ParameterSet<Scalar> parameters_;
};

}  // namespace cohort
