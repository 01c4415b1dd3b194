#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/parameters.hpp>
#include <cohort/network/activation.hpp>
#include <cohort/network/cell_map.hpp>
#include <cohort/network/drive_noise.hpp>
#include <cohort/network/linearization.hpp>
#include <cohort/network/network_constant.hpp>
#include <cohort/network/parameter_set.hpp>
#include <cohort/network/recurrent_credit.hpp>
#include <cohort/network/trajectory.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// The direct learning signal dE/dh_t, asked for one step at a time so that it never leaves the cache.
template <class Scalar>
class LearningSignal {
 public:
  virtual ~LearningSignal() = default;
  /// Writes dE/dh after step `step` (0-based) to the padded columns of `block`, [n_units x n_trials].
  virtual void write(Index step, Scalar* block, Index stride) const = 0;
};

/// What rules, readouts and analyses may ask about a cell before they use it.
struct CellTraits {
  std::string name;  ///< "ctrnn"
  Index n_units = 0;
  Index n_variables = 1;                   ///< state variables per unit
  Index n_drives = 1;                      ///< pre-activations per unit (gates)
  std::optional<Activation> activation{};  ///< h = f(a) of cells with a free choice
  bool is_spiking = false;                 ///< rates are spikes; derivatives are surrogates
  bool has_dale = false;                   ///< units are excitatory or inhibitory
  Index n_excitatory = 0;                  ///< the first of them are excitatory, has_dale only
  /// The influence of a connection on its unit's state depends on the presynaptic unit alone (one variable, one drive
  /// whose decay is the same constant for every unit), so eligibility traces need one value per presynaptic unit.
  bool has_presynaptic_traces = false;
  double readout_decay = 0;      ///< κ of a leaky readout, 0 for none
  VectorXd noise{};              ///< standard deviation of what is added to each unit's drives at each training
                                 ///< step, [n_units]; empty for none
  Index first_readout_unit = 0;  ///< the readout sees the units from this one on
  double highest_rate = 0;       ///< no |rate| is larger, no mean rate of spikes; 0: there is no such limit
  bool has_bias = true;          ///< false: neither drives nor outputs have one, and theirs stay 0
};

/// How a forward pass runs.
template <class Scalar>
struct ForwardOptions {
  bool carry_on = false;                        ///< start where the pass before ended, not at the initial state
  bool keep_states = false;                     ///< fill Trajectory::states
  const DriveNoise<Scalar>* noise = nullptr;    ///< added to the drives
  const Matrix<Scalar>* start_noise = nullptr;  ///< added to a learned initial state, [n_units x n_trials]
};

/// A recurrent cell: how one step of all units follows from the one before. Cells own no parameters and no MPI; they
/// are given parameter blocks by name and work on whole batches, so the time loop is theirs and a virtual call
/// happens once per batch.
///
/// A state vector [n_states] holds the units of variable 0, then those of variable 1, and so on. The drives of a step
/// are u = scale ∘ (W h_{t-1} + W_in x_t + b), one vector per gate, with the weights that the constraints leave.
///
/// Implementations keep preallocated work space: one object serves one thread.
template <class Scalar>
class Cell {
 public:
  virtual ~Cell() = default;

  virtual const CellTraits& traits() const = 0;
  Index n_units() const { return traits().n_units; }
  Index n_states() const { return traits().n_units * traits().n_variables; }

  /// Adds the cell's parameter blocks.
  virtual void add_parameters(Index n_inputs, ParameterLayout& layout) const = 0;

  /// Draws what is fixed but random: connection masks, time constants. Called once, before anything else.
  virtual void wire(const RandomStream& stream) = 0;

  /// What `wire` drew, and whatever else a unit or connection has that is not learned.
  virtual NetworkConstants<Scalar> constants() const = 0;

  /// Lays the constraints (masks, signs, rank) on freshly drawn parameters.
  virtual void constrain(ParameterSet<Scalar>& parameters) const = 0;

  /// Scales every recurrent matrix to this spectral radius. Throws UserError for one whose radius is 0.
  virtual void scale_to_radius(double radius, ParameterSet<Scalar>& parameters) const = 0;

  /// The full weights of the first recurrent block as units feel them, [n_units x n_units].
  virtual Matrix<Scalar> effective_weights(const ParameterSet<Scalar>& parameters) const = 0;
  /// The same of every recurrent block.
  virtual std::vector<Matrix<Scalar>> recurrent_matrices(const ParameterSet<Scalar>& parameters) const = 0;

  /// With what each unit's drives are multiplied, [n_units].
  virtual Vector<Scalar> drive_scale() const = 0;

  /// Runs all steps. `inputs` [n_inputs + 1 x n_steps * n_trials] with a last row of ones.
  virtual void forward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs, Index n_trials,
                       const ForwardOptions<Scalar>& options, Trajectory<Scalar>& trajectory) = 0;

  /// One backward pass: filters the learning signal backward in time through what `credit` keeps of the state
  /// Jacobian, and adds one matrix product per weight matrix to `gradient`.
  ///
  /// Needs the `forward` of the same parameters just before: what that packed is used again.
  virtual void backward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs,
                        const Trajectory<Scalar>& trajectory, const RecurrentCredit<Scalar>& credit,
                        const LearningSignal<Scalar>& signal, ParameterSet<Scalar>& gradient) = 0;

  /// The derivatives of step `step` (0-based) of a trajectory.
  virtual void linearize(const Trajectory<Scalar>& trajectory, Index step, Linearization<Scalar>& result) const = 0;

  /// ∂u[drive]/∂h_{t-1}, [n_units x n_units]: zero for a drive without recurrent weights.
  virtual Matrix<Scalar> drive_weights(const ParameterSet<Scalar>& parameters, Index drive) const = 0;

  /// Turns dE/d(drive parameters) into parameter gradients: `drive_gradient`
  /// [n_drives * n_units x n_units + n_inputs + 1] is Σ dE/du · [h_{t-1}; x_t; 1]ᵀ, drive by drive; the scale, the
  /// constraints and absent weights are taken care of.
  virtual void add_drive_gradient(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& drive_gradient,
                                  ParameterSet<Scalar>& gradient) const = 0;

  /// One step as a map of states, at these parameters; `n_inputs` as in add_parameters.
  virtual std::unique_ptr<CellMap<Scalar>> map(const ParameterSet<Scalar>& parameters, Index n_inputs) const = 0;

  /// Rates of states, [n_units x n].
  virtual void rates(const Matrix<Scalar>& states, Matrix<Scalar>& result) const = 0;

  /// The state before the first step, [n_states].
  virtual Vector<Scalar> initial_state(const ParameterSet<Scalar>& parameters) const = 0;
};

}  // namespace cohort
