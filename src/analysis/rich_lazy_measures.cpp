#include <cohort/analysis/rich_lazy_measures.hpp>

#include <cohort/dynamics/output_jacobian.hpp>
#include <cohort/dynamics/rich_lazy.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

/// Raised when a number comes out with other bits.
constexpr int kVersion = 1;

const std::string kGroup = "/dynamics/rich_lazy";

/// In the order of the blocks of an item.
enum Block {
  change,
  relative_change,
  sign_changes,
  radius,
  largest_real,
  outliers,
  all_steps_alignment,
  signs_of_rates,
  recurrent_kernel,
  whole_change,
  whole_relative_change,
  representation,
  kernel,
  first_radius
};

std::vector<RunLevelAnalysis::Column> columns_of_measures() {
  const auto f64 = ValueType::f64;
  return {{kGroup + "/weight_change", f64, {"weight_block"}, "1", "|w - w0| of each block of parameters"},
          {kGroup + "/weight_change_relative", f64, {"weight_block"}, "1", "|w - w0| / |w0|"},
          {kGroup + "/sign_changes", f64, {"weight_block"}, "1", "share of the parameters whose sign turned"},
          {kGroup + "/spectral_radius",
           f64,
           {"recurrent_matrix"},
           "1",
           "largest modulus of the eigenvalues of recurrent weights"},
          {kGroup + "/largest_real_part", f64, {"recurrent_matrix"}, "1", "largest real part of these eigenvalues"},
          {kGroup + "/n_outliers",
           ValueType::i32,
           {"recurrent_matrix"},
           "1",
           fmt::format("of them with a modulus above {} |W| / sqrt(N)", outlier_factor)},
          {kGroup + "/representation_alignment_all_steps",
           f64,
           {},
           "1",
           "alignment with the initial representation, over all steps of all trials"},
          {kGroup + "/sign_similarity", f64, {}, "1", "share of the rates that have the sign they had at first"},
          {kGroup + "/kernel_alignment_recurrent",
           f64,
           {},
           "1",
           "alignment with the initial tangent kernel of recurrent weights alone"},
          {"/dynamics/weight_change", f64, {}, "1", "|w - w0| over all parameters"},
          {"/dynamics/weight_change_relative", f64, {}, "1", "|w - w0| / |w0| over all parameters"},
          {"/dynamics/representation_alignment",
           f64,
           {},
           "1",
           "Tr(K K0) / (|K| |K0|), K = H H' over trials at their last counted step, not centred"},
          {"/dynamics/kernel_alignment", f64, {}, "1", "alignment with the initial tangent kernel, all parameters"},
          {"/dynamics/spectral_radius", f64, {}, "1", "spectral radius of the first recurrent matrix"}};
}

bool is_recurrent(ParameterRole role) {
  return role == ParameterRole::recurrent || role == ParameterRole::recurrent_left ||
         role == ParameterRole::recurrent_right;
}

/// The last step that counts for any output; the last of all where none does.
Index last_counted_step(const TrialBatch<double>& trials, Index trial) {
  for (Index step = trials.n_steps; step-- > 0;)
    if (!trials.mask.col(step * trials.n_trials + trial).isZero(0)) return step;
  return trials.n_steps - 1;
}

/// What is known of a network with some parameters: rates [n_trials * n_steps x n_units] with steps fastest, the same
/// at the last counted steps, and derivatives of outputs there.
struct Facts {
  MatrixXd rates, last_rates, derivatives;
};

/// The trials whose tangent kernel is looked at, evenly spread, at their last counted steps.
std::vector<OutputJacobian::Sample> kernel_samples(const TrialBatch<double>& trials, Index n_outputs, Index n_samples) {
  const Index n = std::clamp<Index>(n_samples / n_outputs, 1, trials.n_trials);
  std::vector<OutputJacobian::Sample> samples;
  for (Index i = 0; i < n; ++i) {
    const Index trial = i * trials.n_trials / n;
    samples.push_back({trial, last_counted_step(trials, trial)});
  }
  return samples;
}

Facts facts_of(Network<double>& network, const TrialBatch<double>& trials,
               const std::vector<OutputJacobian::Sample>& samples, const RandomStream& stream) {
  Facts facts;
  network.forward(trials.inputs, trials.n_trials);
  facts.rates = network.representation(0, trials.n_steps);
  facts.last_rates.resize(trials.n_trials, facts.rates.cols());
  for (Index trial = 0; trial < trials.n_trials; ++trial)
    facts.last_rates.row(trial) = facts.rates.row(trial * trials.n_steps + last_counted_step(trials, trial));
  if (samples.empty()) return facts;
  const auto exact = reference_rule<double>(family_name(network.traits().family));
  exact->begin(network, stream);
  facts.derivatives = OutputJacobian(network, *exact, trials).of(samples);
  return facts;
}

/// The columns of recurrent weights.
MatrixXd recurrent_columns(const ParameterLayout& layout, const MatrixXd& derivatives) {
  MatrixXd columns(derivatives.rows(), 0);
  for (const ParameterBlock& block : layout.blocks()) {
    if (!is_recurrent(block.role)) continue;
    const Index n = columns.cols(), size = block.rows * block.cols;
    columns.conservativeResize(Eigen::NoChange, n + size);
    columns.rightCols(size) = derivatives.middleCols(block.offset, size);
  }
  return columns;
}

}  // namespace

Description RichLazyMeasures::description() {
  Description d;
  d.name = "rich_lazy_measures";
  d.summary =
      "how far training moved every network: weights, representation, tangent kernel, spectrum of the weights; "
      "[dynamics] rich_lazy";
  d.equation = "|w - w0|; Tr(K K0) / (|K| |K0|); /dynamics/rich_lazy [run, level, ...]";
  d.reference = "Liu et al. 2023, arXiv:2310.08513; Chizat, Oyallon & Bach 2019, arXiv:1812.07956";
  return d;
}

AnalysisList RichLazyMeasures::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.study.rich_lazy.is_asked) list.push_back(std::make_unique<RichLazyMeasures>(inputs.study, inputs.design));
  return list;
}

RichLazyMeasures::RichLazyMeasures(const Study& study, const Design& design)
    : RunLevelAnalysis(study, design, "dynamics/rich_lazy",
                       fmt::format("version {} kernel_samples {}", kVersion, study.rich_lazy.kernel_samples)) {
  parameters_.resize(n_levels(study, Factor::architecture));
  units_.resize(parameters_.size());
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture)) {
    const auto network = make_network<float>(study, design[run]);
    const auto architecture = static_cast<std::size_t>(design.level(run, Factor::architecture));
    parameters_[architecture] = static_cast<double>(network->parameters().values.size());
    units_[architecture] = static_cast<double>(network->n_units());
    n_matrices_ = std::max(n_matrices_, network->recurrent_matrices().size());
    for (const ParameterBlock& block : network->parameters().layout.blocks())
      if (std::ranges::count(blocks_, block.name) == 0) blocks_.push_back(block.name);
    if (network->traits().is_spiking && study.rich_lazy.kernel_samples > 0)
      warnings_.push_back(fmt::format("no tangent kernel of '{}': spikes have no derivative",
                                      level_text(study, Factor::architecture, architecture)));
  }
  write(columns_of_measures(),
        {labelled("weight_block", blocks_, "block of parameters"),
         {"recurrent_matrix", n_matrices_, "recurrent matrix of the network, in the order of its drives"}});
}

double RichLazyMeasures::cost(std::size_t item) const {
  const TaskInfo& task = shared_task(study().task)->info();
  const double parameters = parameters_[architecture_of(item)], n = units_[architecture_of(item)];
  const auto steps = static_cast<double>(task.n_evaluation_steps);
  const auto trials = static_cast<double>(task.n_evaluation_trials());
  const auto samples = static_cast<double>(study().rich_lazy.kernel_samples);
  // Both networks: their rates, a backward pass of one trial per sample; eigenvalues.
  return 2 * steps * (2 * trials * parameters + 4 * samples * parameters) + 4 * samples * samples * parameters +
         25 * n * n * n * static_cast<double>(n_matrices_) + 4 * trials * steps * n * n;
}

void RichLazyMeasures::analyse(const TrainedNetwork& network, const StopCheck& stop, ItemValues& values) const {
  put_changes(network, values);
  ask(stop);
  put_spectra(*network.parts.network, values);
  ask(stop);
  put_alignments(network, stop, values);
}

void RichLazyMeasures::put_changes(const TrainedNetwork& network, ItemValues& values) const {
  const ParameterSet<double>& now = network.parts.network->parameters();
  for (const ParameterBlock& block : now.layout.blocks()) {
    const auto place = static_cast<std::size_t>(std::ranges::find(blocks_, block.name) - blocks_.begin());
    const Index size = block.rows * block.cols;
    const WeightChange moved =
        weight_change(network.initial.segment(block.offset, size), now.values.segment(block.offset, size));
    values.block<double>(change)[place] = moved.absolute;
    values.block<double>(relative_change)[place] = moved.relative;
    values.block<double>(sign_changes)[place] = moved.sign_changes;
  }
  const WeightChange whole = weight_change(network.initial, now.values);
  values.block<double>(whole_change)[0] = whole.absolute;
  values.block<double>(whole_relative_change)[0] = whole.relative;
}

void RichLazyMeasures::put_spectra(const Network<double>& network, ItemValues& values) const {
  const std::vector<MatrixXd> matrices = network.recurrent_matrices();
  for (std::size_t i = 0; i < matrices.size(); ++i) {
    const WeightSpectrum spectrum = weight_spectrum(matrices[i]);
    values.block<double>(radius)[i] = spectrum.radius;
    values.block<double>(largest_real)[i] = spectrum.largest_real;
    values.block<std::int32_t>(outliers)[i] = spectrum.n_outliers;
  }
  if (!matrices.empty()) values.block<double>(first_radius)[0] = values.block<double>(radius)[0];
}

void RichLazyMeasures::put_alignments(const TrainedNetwork& trained, const StopCheck& stop, ItemValues& values) const {
  Network<double>& network = *trained.parts.network;
  TrialBatch<double> trials;
  fill_evaluation_batch(*trained.parts.task, trained.parts.streams.evaluation, trials);
  std::vector<OutputJacobian::Sample> samples;
  if (study().rich_lazy.kernel_samples > 0 && !network.traits().is_spiking)
    samples = kernel_samples(trials, network.n_outputs(), study().rich_lazy.kernel_samples);
  const Facts now = facts_of(network, trials, samples, trained.parts.streams.rule);
  ask(stop);
  network.parameters().values = trained.initial;
  const Facts before = facts_of(network, trials, samples, trained.parts.streams.rule);
  ask(stop);
  values.block<double>(representation)[0] = kernel_alignment(before.last_rates, now.last_rates);
  values.block<double>(all_steps_alignment)[0] = kernel_alignment(before.rates, now.rates);
  values.block<double>(signs_of_rates)[0] = sign_similarity(before.last_rates, now.last_rates);
  if (samples.empty()) return;
  values.block<double>(kernel)[0] = kernel_alignment(before.derivatives, now.derivatives);
  const ParameterLayout& layout = network.parameters().layout;
  const MatrixXd recurrent = recurrent_columns(layout, now.derivatives);
  if (recurrent.cols() > 0)
    values.block<double>(recurrent_kernel)[0] =
        kernel_alignment(recurrent_columns(layout, before.derivatives), recurrent);
}

}  // namespace cohort
