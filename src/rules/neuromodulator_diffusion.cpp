#include <cohort/rules/neuromodulator_diffusion.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/network/drive_reach.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numeric>

namespace cohort {
namespace {

/// A learning signal that is known for all steps.
template <class Scalar>
class StoredSignal final : public LearningSignal<Scalar> {
 public:
  StoredSignal(const PaddedMatrix<Scalar>& signal, Index n_trials) : signal_(signal), n_trials_(n_trials) {}

  void write(Index step, Scalar* block, Index stride) const override {
    expects(stride == signal_.stride(), "columns of one stride");
    Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>, Eigen::AlignedMax>(block, n_trials_ * stride) =
        signal_.array(step * n_trials_, n_trials_);
  }

 private:
  const PaddedMatrix<Scalar>& signal_;
  Index n_trials_;
};

}  // namespace

template <class Scalar>
Description NeuromodulatorDiffusion<Scalar>::description() {
  Description d;
  d.name = "neuromodulator_diffusion";
  d.summary = "e-prop with a learning signal that diffuses from few units over a torus";
  d.equation = "c ← decay · mean₃ₓ₃(c) + B e_t at the units that the readout sees; as eprop with L_t = c at each unit";
  d.reference = "Barretto-Bittar, Levina, Giannakakis & Zeraati 2026, arXiv:2603.08949";
  d.axes = "any feedback, spread in space and time; credit through no connection, updates at trial end";
  d.cost = "O(B N²) time, O(B N) memory";
  FeedbackAxis().describe(d);
  d.parameters.push_back(ParameterInfo::number("decay", 0.75, 0, 1, "1/step", "share of the substance kept by a step"));
  d.parameters.push_back(
      ParameterInfo::integer("height", 0, 0, 100000, "units", "of the torus; 0: as square as the units allow"));
  d.parameters.push_back(ParameterInfo::integer("width", 0, 0, 100000, "units", "of the torus; 0 as for height"));
  return d;
}

template <class Scalar>
NeuromodulatorDiffusion<Scalar>::NeuromodulatorDiffusion(const Parameters& parameters)
    : height_(parameters.integer("height")),
      width_(parameters.integer("width")),
      decay_(static_cast<Scalar>(parameters.number("decay"))),
      feedback_(FeedbackAxis::from(parameters)) {
  if ((height_ == 0) != (width_ == 0))
    throw UserError("neuromodulator_diffusion has one side of its torus only", "height and width go together",
                    "Give both or none.");
}

template <class Scalar>
typename NeuromodulatorDiffusion<Scalar>::Torus NeuromodulatorDiffusion<Scalar>::torus(Index n_units) const {
  if (height_ > 0) return {height_, width_};
  const auto height = static_cast<Index>(std::sqrt(static_cast<double>(n_units)));
  return {height, (n_units + height - 1) / height};
}

template <class Scalar>
void NeuromodulatorDiffusion<Scalar>::check(const RecurrentNetwork<Scalar>& network) const {
  const Torus here = torus(network.n_units());
  if (here.height * here.width < network.n_units())
    throw UserError(fmt::format("height={} and width={} give {} places for {} units", here.height, here.width,
                                here.height * here.width, network.n_units()));
}

template <class Scalar>
void NeuromodulatorDiffusion<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  feedback_.begin(network, stream);
  const Torus here = torus(network.n_units());
  std::vector<Index> free(static_cast<std::size_t>(here.height * here.width));
  std::iota(free.begin(), free.end(), Index{0});
  RandomStream own = stream.substream(0);
  places_.clear();
  for (Index unit = 0; unit < network.n_units(); ++unit) {
    const auto chosen = static_cast<std::size_t>(own.integer(free.size()));
    places_.push_back(free[chosen]);
    free[chosen] = free.back();
    free.pop_back();
  }
}

/// Mean over the 3×3 neighbourhood: first within columns of the torus, then across them.
template <class Scalar>
void NeuromodulatorDiffusion<Scalar>::spread(const Torus& torus) {
  const Index n_rows = torus.height, n_columns = torus.width;
  const auto place = [&](Index row, Index column) {
    return (row + n_rows) % n_rows + n_rows * ((column + n_columns) % n_columns);
  };
  for (Index column = 0; column < n_columns; ++column)
    for (Index row = 0; row < n_rows; ++row)
      column_sums_.col(place(row, column)) = concentration_.col(place(row - 1, column)) +
                                             concentration_.col(place(row, column)) +
                                             concentration_.col(place(row + 1, column));
  for (Index column = 0; column < n_columns; ++column)
    for (Index row = 0; row < n_rows; ++row)
      concentration_.col(place(row, column)) =
          decay_ / 9 *
          (column_sums_.col(place(row, column - 1)) + column_sums_.col(place(row, column)) +
           column_sums_.col(place(row, column + 1)));
}

/// Runs the concentration through the trials and keeps what every unit hears of it, as it reaches the units through a
/// leaky readout, and what the regularizers say.
template <class Scalar>
void NeuromodulatorDiffusion<Scalar>::run_signal(const TemporalContext<Scalar>& context,
                                                 const Matrix<Scalar>& feedback) {
  const auto& network = context.network;
  const Index n_trials = context.batch.n_trials, n_steps = context.batch.n_steps, n_units = network.n_units();
  const Index first = network.cell().traits().first_readout_unit;
  const Torus here = torus(n_units);
  concentration_ = Matrix<Scalar>::Zero(n_trials, here.height * here.width);
  column_sums_.resize(n_trials, here.height * here.width);
  signal_.resize(n_units, n_steps * n_trials);
  auto signal = signal_.matrix();
  for (Index step = 0; step < n_steps; ++step) {
    spread(here);
    released_.noalias() = context.output_error.middleCols(step * n_trials, n_trials).transpose() * feedback.transpose();
    for (Index unit = 0; unit < n_units; ++unit) {
      auto at_unit = concentration_.col(places_[static_cast<std::size_t>(unit)]);
      if (unit >= first) at_unit += released_.col(unit);
      released_.col(unit) = at_unit;
    }
    signal.middleCols(step * n_trials, n_trials) = released_.transpose();
  }
  const auto kappa = static_cast<Scalar>(network.cell().traits().readout_decay);
  if (kappa > 0) {
    signal *= 1 - kappa;
    for (Index step = n_steps - 2; step >= 0; --step)
      signal.middleCols(step * n_trials, n_trials) += kappa * signal.middleCols((step + 1) * n_trials, n_trials);
  }
  if (context.direct.rate_weight != 0)
    signal += context.direct.rate_weight * network.trajectory().rates.matrix().rightCols(n_steps * n_trials);
  if (context.direct.offset.size() > 0) signal.colwise() += context.direct.offset;
  if (context.direct.trial_offset.size() > 0) signal += context.direct.trial_offset.replicate(1, n_steps);
}

template <class Scalar>
void NeuromodulatorDiffusion<Scalar>::add_gradient(const TemporalContext<Scalar>& context,
                                                   ParameterSet<Scalar>& gradient) {
  auto& network = context.network;
  run_signal(context, feedback_.weights(network, context.update));
  RecurrentCredit<Scalar> credit;
  credit.path = CreditPath::none;
  network.cell().backward(network.parameters(), context.batch.inputs, network.trajectory(), credit,
                          StoredSignal<Scalar>(signal_, context.batch.n_trials), gradient);
  network.add_readout_gradient(context.output_error, gradient);
}

template <class Scalar>
void NeuromodulatorDiffusion<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit_part("feedback", feedback_);
  visitor.visit("places", places_);
}

template class NeuromodulatorDiffusion<float>;
template class NeuromodulatorDiffusion<double>;

}  // namespace cohort
