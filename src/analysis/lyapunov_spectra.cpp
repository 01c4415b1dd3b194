#include <cohort/analysis/lyapunov_spectra.hpp>

#include <cohort/dynamics/network_map.hpp>
#include <cohort/network/as_recurrent.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {
namespace {

/// Raised when other columns come out of the same spectra.
constexpr int kColumnsVersion = 2;

const std::string kGroup = "/dynamics/lyapunov";

/// In the order of the blocks of an item.
enum Block {
  exponents,
  standard_error,
  kind,
  kaplan_yorke,
  entropy,
  lambda_max,
  lambda_max_autonomous,
  dimension,
  dimension_autonomous
};

std::vector<RunLevelAnalysis::Column> columns_of_spectra() {
  const auto f64 = ValueType::f64;
  const std::string nats = "1/step";
  return {{kGroup + "/exponents", f64, {"drive", "exponent"}, nats, "Lyapunov exponents, nats per step, not sorted"},
          {kGroup + "/standard_error",
           f64,
           {"drive", "exponent"},
           nats,
           "standard error of each: over blocks of the trajectory, over trials where those drive"},
          {kGroup + "/kind",
           ValueType::u8,
           {"drive"},
           "1",
           "what the largest exponent says",
           {"unknown", "contracting", "marginal", "expanding", "exploded"}},
          {kGroup + "/kaplan_yorke", f64, {"drive"}, "1", "Kaplan-Yorke dimension of the attractor"},
          {kGroup + "/entropy", f64, {"drive"}, nats, "sum of the positive exponents: entropy rate, nats per step"},
          {"/dynamics/lambda_max", f64, {}, nats, "largest Lyapunov exponent, driven by the evaluation trials"},
          {"/dynamics/lambda_max_autonomous",
           f64,
           {},
           nats,
           "largest Lyapunov exponent at constant inputs, the largest over contexts; NaN where one exploded"},
          {"/dynamics/kaplan_yorke", f64, {}, "1", "Kaplan-Yorke dimension, driven by the evaluation trials"},
          {"/dynamics/kaplan_yorke_autonomous",
           f64,
           {},
           "1",
           "Kaplan-Yorke dimension at constant inputs, the largest over contexts; NaN where one is not known"}};
}

/// `n` of the trials, evenly spread over them.
std::vector<Index> spread_out(Index n_trials, Index n) {
  std::vector<Index> chosen;
  n = std::min(n, n_trials);
  for (Index i = 0; i < n; ++i) chosen.push_back(i * n_trials / n);
  return chosen;
}

/// The inputs of one trial, [n_inputs x n_steps].
MatrixXd inputs_of(const TrialBatch<double>& trials, Index trial) {
  MatrixXd inputs(trials.inputs.rows() - 1, trials.n_steps);
  for (Index step = 0; step < trials.n_steps; ++step)
    inputs.col(step) = trials.inputs.col(step * trials.n_trials + trial).head(inputs.rows());
  return inputs;
}

/// The largest of all; NaN where one is: what is not known may be larger.
double largest(const std::vector<double>& values) {
  double result = values.front();
  for (const double value : values)
    if (std::isnan(value) || value > result) result = value;
  return result;
}

void put(const LyapunovSpectrum& spectrum, std::size_t drive, std::size_t n_exponents, ItemValues& values) {
  const auto first = static_cast<std::ptrdiff_t>(drive * n_exponents);
  std::copy(spectrum.exponents.begin(), spectrum.exponents.end(), values.block<double>(exponents).begin() + first);
  std::copy(spectrum.standard_error.begin(), spectrum.standard_error.end(),
            values.block<double>(standard_error).begin() + first);
  values.block<std::uint8_t>(kind)[drive] = static_cast<std::uint8_t>(kind_of(spectrum));
  values.block<double>(kaplan_yorke)[drive] = kaplan_yorke_dimension(spectrum.exponents, spectrum.dimension);
  values.block<double>(entropy)[drive] = entropy_rate(spectrum.exponents, spectrum.dimension);
}

/// The largest exponent of a drive; NaN where it exploded.
double largest(const LyapunovSpectrum& spectrum) {
  return spectrum.has_exploded ? std::numeric_limits<double>::quiet_NaN() : spectrum.largest();
}

}  // namespace

Description LyapunovSpectra::description() {
  Description d;
  d.name = "lyapunov_spectra";
  d.summary =
      "Lyapunov exponents of every network at every level, in every context and along the evaluation trials; "
      "[dynamics] lyapunov";
  d.equation =
      "λ_i = mean of log R_ii, Q_t R_t = J_t Q_{t-1}; /dynamics/lyapunov/exponents [run, level, drive, exponent]";
  d.reference =
      "Benettin et al. 1980, doi:10.1007/BF02128236; Engelken, Wolf & Abbott 2023, "
      "doi:10.1103/PhysRevResearch.5.043044";
  return d;
}

AnalysisList LyapunovSpectra::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.study.lyapunov.is_asked) list.push_back(std::make_unique<LyapunovSpectra>(inputs.study, inputs.design));
  return list;
}

LyapunovSpectra::LyapunovSpectra(const Study& study, const Design& design)
    : RunLevelAnalysis(study, design, "dynamics/lyapunov",
                       fmt::format("lyapunov {}.{} exponents {} steps {} transient {} trials {} every {}",
                                   lyapunov_version, kColumnsVersion, study.lyapunov.exponents, study.lyapunov.steps,
                                   study.lyapunov.transient, study.lyapunov.trials, study.lyapunov.every)) {
  check_differentiable(study, design, "compute Lyapunov exponents");
  const LyapunovSettings& asked = study.lyapunov;
  const TaskInfo& task = shared_task(study.task)->info();
  if (asked.steps > 0) contexts_ = task.contexts;
  n_states_.resize(n_levels(study, Factor::architecture));
  parameters_.resize(n_states_.size());
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture)) {
    const NetworkSize size = network_size(study, design[run]);
    const auto architecture = static_cast<std::size_t>(design.level(run, Factor::architecture));
    n_states_[architecture] = size.n_states;
    parameters_[architecture] = static_cast<double>(size.n_parameters);
    n_exponents_ = std::max(n_exponents_, static_cast<std::size_t>(size.n_states));
  }
  if (asked.exponents > 0) n_exponents_ = std::min(n_exponents_, static_cast<std::size_t>(asked.exponents));
  std::vector<std::string> drives;
  for (const InputContext& context : contexts_) drives.push_back(context.name);
  if (asked.trials > 0) drives.emplace_back("evaluation trials");
  n_drives_ = drives.size();
  n_steps_ = static_cast<double>(contexts_.size()) * static_cast<double>(asked.transient + asked.steps) +
             static_cast<double>(std::min(asked.trials, task.n_evaluation_trials()) * task.n_evaluation_steps);
  write(columns_of_spectra(), {labelled("drive", drives, "what the network is given: a constant input, or trials"),
                               {"exponent", n_exponents_, "Lyapunov exponent"}});
}

double LyapunovSpectra::cost(std::size_t item) const {
  const std::size_t architecture = architecture_of(item);
  const auto n = static_cast<double>(n_states_[architecture]);
  const double k = std::min(n, static_cast<double>(n_exponents_));
  return n_steps_ * (2 * parameters_[architecture] * (k + 1) + 2 * n * k * k);
}

void LyapunovSpectra::analyse(const TrainedNetwork& trained, const StopCheck& stop, ItemValues& values) const {
  const RecurrentNetwork<double>& network = as_recurrent(*trained.parts.network);
  TrialBatch<double> trials;
  fill_evaluation_batch(*trained.parts.task, trained.parts.streams.evaluation, trials);
  const LyapunovSettings& asked = study().lyapunov;
  LyapunovOptions options;
  options.n_exponents = static_cast<Index>(n_exponents_);
  options.n_transient = asked.transient;
  options.n_steps = asked.steps;
  options.steps_per_qr = asked.every;
  std::vector<double> exponents_at_contexts, dimensions_at_contexts;
  const VectorXd start = visited_states(network, inputs_of(trials, 0)).rightCols(1);
  for (std::size_t context = 0; context < contexts_.size(); ++context) {
    const NetworkMap map(network, contexts_[context].input);
    const LyapunovSpectrum spectrum = lyapunov_spectrum(map, start, options, stop);
    put(spectrum, context, n_exponents_, values);
    exponents_at_contexts.push_back(largest(spectrum));
    dimensions_at_contexts.push_back(values.block<double>(kaplan_yorke)[context]);
  }
  if (!contexts_.empty()) {
    values.block<double>(lambda_max_autonomous)[0] = largest(exponents_at_contexts);
    values.block<double>(dimension_autonomous)[0] = largest(dimensions_at_contexts);
  }
  if (asked.trials == 0) return;
  const LyapunovSpectrum spectrum = driven(network, trials, stop);
  put(spectrum, n_drives_ - 1, n_exponents_, values);
  values.block<double>(lambda_max)[0] = largest(spectrum);
  values.block<double>(dimension)[0] = values.block<double>(kaplan_yorke)[n_drives_ - 1];
}

LyapunovSpectrum LyapunovSpectra::driven(const RecurrentNetwork<double>& network, const TrialBatch<double>& trials,
                                         const StopCheck& stop) const {
  NetworkMap map(network, VectorXd::Zero(network.n_inputs()));
  const VectorXd start = network.cell().initial_state(network.parameters());
  LyapunovOptions options;
  options.n_exponents = static_cast<Index>(n_exponents_);
  options.steps_per_qr = study().lyapunov.every;
  options.n_blocks = 1;  // trials are the blocks
  std::vector<LyapunovSpectrum> spectra;
  for (const Index trial : spread_out(trials.n_trials, study().lyapunov.trials))
    spectra.push_back(lyapunov_spectrum(map, start, inputs_of(trials, trial), options, stop));
  return pooled(spectra);
}

}  // namespace cohort
