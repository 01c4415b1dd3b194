#include <cohort/learning/exploration.hpp>

#include <cohort/learning/trial_cost.hpp>

#include <cmath>
#include <vector>

namespace cohort {
namespace {

/// Rare pulses, drawn trial by trial before the pass, on top of the unit noise.
template <class Scalar>
class Pulses final : public DriveNoise<Scalar> {
 public:
  Pulses(double probability, double size, const Vector<Scalar>& scale, const TrialBatch<Scalar>& batch,
         const RandomStream& stream, const DriveNoise<Scalar>* unit_noise)
      : at_(static_cast<std::size_t>(batch.n_steps)), unit_noise_(unit_noise) {
    if (probability == 0) return;
    const auto n_units = static_cast<double>(scale.size());
    const double n_places = n_units * static_cast<double>(batch.n_steps);
    for (Index trial = 0; trial < batch.n_trials; ++trial) {
      RandomStream own = stream.substream(static_cast<std::uint64_t>(trial));
      // From pulse to pulse: the number of places without one is geometric.
      const auto gap = [&] { return std::floor(std::log(1 - own.uniform()) / std::log1p(-probability)); };
      for (double place = gap(); place < n_places; place += 1 + gap()) {
        const auto step = static_cast<std::size_t>(place / n_units);
        const auto unit = static_cast<Index>(place) % scale.size();
        at_[step].push_back({trial, unit, static_cast<Scalar>(own.uniform(-size, size)) * scale[unit]});
      }
    }
  }

  void add(Index step, Scalar* drives, Index stride) const override {
    if (unit_noise_) unit_noise_->add(step, drives, stride);
    for (const Pulse& pulse : at_[static_cast<std::size_t>(step)])
      drives[pulse.trial * stride + pulse.unit] += pulse.size;
  }

 private:
  struct Pulse {
    Index trial, unit;
    Scalar size;
  };
  std::vector<std::vector<Pulse>> at_;  ///< by step
  const DriveNoise<Scalar>* unit_noise_;
};

}  // namespace

template <class Scalar>
void Exploration<Scalar>::describe(Description& description) {
  auto& p = description.parameters;
  p.push_back(ParameterInfo::number("pulse_probability", 3e-3, 0, 0.999, "1/step", "pulses of each unit"));
  p.push_back(ParameterInfo::number("pulse", 16, 0, 1e6, "1", "largest size of a pulse on the drive"));
  p.push_back(ParameterInfo::number("trace", 0.05, 0, 0.999999, "1", "κ, what x̄ keeps of itself in a step"));
}

template <class Scalar>
Exploration<Scalar>::Exploration(const Parameters& parameters)
    : probability_(parameters.number("pulse_probability")),
      size_(parameters.number("pulse")),
      trace_(static_cast<Scalar>(parameters.number("trace"))),
      stream_("rule", "", 0) {}

template <class Scalar>
void Exploration<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  stream_ = stream;
  scale_ = network.cell().drive_scale();
}

template <class Scalar>
VectorXd Exploration<Scalar>::run(const TemporalContext<Scalar>& context) {
  const Pulses<Scalar> pulses(probability_, size_, scale_, context.batch, stream_.substream(context.update),
                              context.noise);
  ForwardOptions<Scalar> pass;
  pass.keep_states = true;
  pass.noise = &pulses;
  return trial_errors(context, context.network.forward(context.batch.inputs, context.batch.n_trials, pass).outputs);
}

template <class Scalar>
void Exploration<Scalar>::trial(const RecurrentNetwork<Scalar>& network, Index trial, Matrix<Scalar>& presynaptic,
                                Matrix<Scalar>& deviation) const {
  const Trajectory<Scalar>& trajectory = network.trajectory();
  const auto rates = trajectory.rates.matrix(), states = trajectory.states.matrix();
  presynaptic.resize(rates.rows() + 1, trajectory.n_steps);
  deviation.resize(rates.rows(), trajectory.n_steps);
  presynaptic.bottomRows(1).setOnes();
  Vector<Scalar> mean = states.col(trial);
  for (Index step = 0; step < trajectory.n_steps; ++step) {
    const auto state = states.col((step + 1) * trajectory.n_trials + trial);
    presynaptic.col(step).head(rates.rows()) = rates.col(step * trajectory.n_trials + trial);
    deviation.col(step) = state - mean;
    mean = trace_ * mean + (1 - trace_) * state;
  }
}

template <class Scalar>
void Exploration<Scalar>::add_step(const RecurrentNetwork<Scalar>& network, const Matrix<Scalar>& change,
                                   ParameterSet<Scalar>& gradient) const {
  const Index n_units = change.rows();
  Matrix<Scalar> drive_gradient = Matrix<Scalar>::Zero(n_units, n_units + network.n_inputs() + 1);
  drive_gradient.leftCols(n_units) = -change.leftCols(n_units);
  drive_gradient.rightCols(1) = -change.rightCols(1);
  drive_gradient.array().colwise() /= scale_.array();  // the cell multiplies by it
  network.cell().add_drive_gradient(network.parameters(), drive_gradient, gradient);
}

template class Exploration<float>;
template class Exploration<double>;

}  // namespace cohort
