#include <cohort/tasks/delay_comparison.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/tasks/noise.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

constexpr double kLowest = 10, kHighest = 34;  // [Hz], shown as 0.5 and 1

double represented(double hertz) { return (1 + (hertz - kLowest) / (kHighest - kLowest)) / 2; }

}  // namespace

Description DelayComparison::description() {
  Description d;
  d.name = "delay_comparison";
  d.summary = "say which of two magnitudes, a delay apart, was larger; 26 steps of 100 ms";
  d.equation = "class 0 until the decision, then 1 (first larger) or 2; cross-entropy, all steps";
  d.reference = "Barak, Tsodyks & Romo 2010, doi:10.1523/JNEUROSCI.1875-10.2010; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 100, 0.1, 100, "ms", "duration of a step"),
                  ParameterInfo::number("delay", 1000, 0, 1e6, "ms", "from the first stimulus to the second"),
                  ParameterInfo::list("pairs", {18, 10, 22, 14, 26, 18, 30, 22, 34, 26}, 0, 1000, "Hz",
                                      "larger and smaller magnitude of one pair after the other"),
                  noise_parameter(0.0707106781186548),
                  ParameterInfo::integer("repeats", 8, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

std::vector<DelayComparison::Pair> DelayComparison::pairs_of(const Parameters& parameters) {
  const auto refuse = [&](const std::string& why) {
    throw UserError(fmt::format("pairs={} is not possible for delay_comparison", parameters.text("pairs")), why,
                    "Write the larger and the smaller magnitude of one pair after the other.");
  };
  const std::vector<double> numbers = parameters.list("pairs");
  if (numbers.size() % 2 == 1) refuse(fmt::format("{} numbers make no pairs", numbers.size()));
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    const Pair pair{numbers[i], numbers[i + 1]};
    if (pair.larger <= pair.smaller) refuse(fmt::format("{} is not larger than {}", pair.larger, pair.smaller));
    const auto is_same = [&](const Pair& other) {
      return other.larger == pair.larger && other.smaller == pair.smaller;
    };
    if (std::any_of(pairs.begin(), pairs.end(), is_same))
      refuse(fmt::format("{} and {} come twice", pair.larger, pair.smaller));
    pairs.push_back(pair);
  }
  return pairs;
}

DelayComparison::DelayComparison(const Parameters& parameters)
    : pairs_(pairs_of(parameters)), sigma_(noise_of(parameters)) {
  const auto epochs = consecutive_epochs({500, 500, parameters.number("delay"), 500, 100}, parameters.number("dt"));
  first_ = epochs[1];
  second_ = epochs[3];
  decision_ = epochs[4];
  info_.n_inputs = 2;
  info_.n_outputs = 3;
  info_.input_names = {"fixation", "magnitude"};
  info_.output_names = {"fixate", "first larger", "second larger"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = decision_.end();
  info_.dt_ms = parameters.number("dt");
  info_.loss = LossKind::cross_entropy;
  for (const Pair& pair : pairs_) {
    info_.conditions.push_back(fmt::format("first={},second={}", pair.larger, pair.smaller));
    info_.conditions.push_back(fmt::format("first={},second={}", pair.smaller, pair.larger));
  }
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"delay", Eigen::Vector2d(1, 0)}};
}

void DelayComparison::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(stream.integer(info_.conditions.size())), stream, trial);
}

void DelayComparison::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  const Pair& pair = pairs_[static_cast<std::size_t>(condition) / 2];
  const bool is_first_larger = condition % 2 == 0;
  const auto show = [&](double hertz, const Epoch& epoch) {
    auto shown = trial.inputs.block(1, epoch.first, 1, epoch.n_steps);
    shown.setConstant(represented(hertz));
    add_noise(sigma_, stream, shown);
  };
  trial.inputs.row(0).head(decision_.first).setOnes();
  show(is_first_larger ? pair.larger : pair.smaller, first_);
  show(is_first_larger ? pair.smaller : pair.larger, second_);
  std::fill(trial.classes.begin() + decision_.first, trial.classes.end(), is_first_larger ? 1 : 2);
}

}  // namespace cohort
