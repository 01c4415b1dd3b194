#include <cohort/analysis/curvature_measures.hpp>

#include <cohort/dynamics/critical_rate.hpp>
#include <cohort/dynamics/extreme_eigenvalues.hpp>
#include <cohort/dynamics/general_ends.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

/// Raised when a number comes out with other bits.
constexpr int kVersion = 3;
/// Products that all Lanczos iterations take together, on trained networks.
constexpr double kLanczosProducts = 120;
/// Nearly all of it are products of matrices, which are that much faster than what measured_time expects of a count.
constexpr double kFasterThanCounted = 6;
/// Leading eigenvalues of a rule's updates, and products that they take.
constexpr Index kLeading = 6;
constexpr double kArnoldiProducts = 60;

const std::string kGroup = "/dynamics/curvature";

/// Codes of /dynamics/curvature/status and update_status; never renumber them.
enum class Status : std::uint8_t {
  unknown = 0,
  found = 1,
  degenerate = 2,
  not_converged = 3,
  at_kink = 4,
  part_not_converged = 5
};
enum class UpdateStatus : std::uint8_t {
  unknown = 0,
  found = 1,
  no_gradient = 2,
  not_converged = 3,
  at_kink = 4,
  smallest_not_converged = 5
};

/// In the order of the blocks of an item.
enum Block {
  status,
  second,
  smallest,
  trace_error,
  gauss_newton,
  gauss_newton_trace,
  along_gradient,
  along_rule,
  loss_value,
  gradient_norm,
  n_products,
  largest,
  trace,
  rho,
  critical,
  update_real,
  update_imag,
  update_smallest,
  update_status,
  rho_leading
};

std::vector<RunLevelAnalysis::Column> columns_of_curvature() {
  const auto f64 = ValueType::f64;
  const auto in_group = [&](const char* name, const char* meaning) {
    return RunLevelAnalysis::Column{kGroup + "/" + name, f64, {}, "1", meaning};
  };
  return {
      {kGroup + "/status",
       ValueType::u8,
       {},
       "1",
       "how the search for eigenvalues ended",
       {"unknown", "found", "degenerate", "not_converged", "at_kink", "part_not_converged"}},
      in_group("second", "second largest eigenvalue of the Hessian"),
      in_group("smallest", "smallest eigenvalue of the Hessian; NaN where the search for it did not converge"),
      in_group("trace_error", "standard error of the trace, over probes"),
      in_group("gauss_newton", "largest eigenvalue of the Gauss-Newton part"),
      in_group("gauss_newton_trace", "trace of the Gauss-Newton part, by the same probes"),
      in_group("along_gradient", "g' H g / |g|^2, g: the gradient"),
      in_group("along_rule", "the same along what the run's rule takes for the gradient"),
      in_group("loss", "loss of the trials, without regularizers"),
      in_group("gradient_norm", "norm of the gradient over the chosen parameters"),
      {kGroup + "/n_products", ValueType::i32, {}, "1", "products of the Hessian and its part with vectors"},
      {"/dynamics/hessian_max", f64, {}, "1", "largest eigenvalue of the Hessian (algebraically)"},
      {"/dynamics/hessian_trace", f64, {}, "1", "trace of the Hessian, estimated"},
      {"/dynamics/rho", f64, {}, "1", "<r, g> / |g|^2, r: what the run's rule takes for the gradient g"},
      in_group("critical_rate",
               "learning rate up to which the leading eigenvalues m of the update's derivative attract: the "
               "smallest 2 Re m / |m|^2"),
      in_group("update_real", "eigenvalue of largest modulus of the update's derivative, real part"),
      in_group("update_imag", "the same, imaginary part"),
      in_group("update_smallest",
               "smallest real part of an eigenvalue of the update's derivative: below 0 the rule leaves the place "
               "at every learning rate"),
      {kGroup + "/update_status",
       ValueType::u8,
       {},
       "1",
       "how the search for eigenvalues of the update's derivative ended; unknown: not asked for",
       {"unknown", "found", "no_gradient", "not_converged", "at_kink", "smallest_not_converged"}},
      in_group("rho_leading", "v' M v / v' H v, M: the update's derivative, v: leading eigenvector of the Hessian H")};
}

/// The trials of the loss.
TrialBatch<double> trials_of(const RunParts<double>& parts, const CurvatureSettings& asked) {
  TrialBatch<double> trials;
  if (asked.batch == 0)
    fill_evaluation_batch(*parts.task, parts.streams.evaluation, trials);
  else
    fill_training_batch(*parts.task, parts.streams.training, static_cast<std::uint64_t>(asked.first_trial), asked.batch,
                        trials);
  return trials;
}

/// The parameters that are meant: recurrent ones where nothing else is said, all of a network without.
std::string parameters_of(const ParameterLayout& layout, const std::string& asked) {
  if (asked != "default") return asked;
  const bool is_recurrent = std::ranges::any_of(layout.blocks(), [](const ParameterBlock& block) {
    return block.role == ParameterRole::recurrent || block.role == ParameterRole::recurrent_left;
  });
  return is_recurrent ? "recurrent" : "all";
}

ParameterSubset subset_of(const ParameterLayout& layout, const Study& study) {
  return {layout, parameters_of(layout, study.curvature.parameters)};
}

void check_architecture(const Study& study, const FactorLevel& architecture, const Network<float>& network) {
  const auto refuse = [&](const std::string& why, const std::string& what_to_do) {
    throw UserError(fmt::format("[dynamics] cannot compute curvature of architecture '{}'", architecture.text), why,
                    what_to_do, architecture.where);
  };
  if (network.traits().is_spiking) refuse("spikes have no derivative", "Leave out curvature, or the architecture.");
  try {
    subset_of(network.parameters().layout, study);
  } catch (const UserError& error) {
    refuse(error.what(), "Choose others in [dynamics] curvature.");
  }
}

/// A rule whose numbers are a gradient that a forward pass is enough for.
bool has_direction(const LearningRule<double>& rule) {
  return rule.traits().is_passive && rule.traits().kind == UpdateKind::gradient;
}

}  // namespace

Description CurvatureMeasures::description() {
  Description d;
  d.name = "curvature_measures";
  d.summary =
      "curvature of the loss at every network of every level: ends and trace of the Hessian, sharpness along the "
      "gradient and along the rule's own; [dynamics] curvature";
  d.equation = "H v = (g(θ + εv) - g(θ - εv)) / 2ε; /dynamics/curvature [run, level]";
  d.reference = "Liu et al. 2022, arXiv:2206.00823; Hutchinson 1990, doi:10.1080/03610919008812866";
  return d;
}

AnalysisList CurvatureMeasures::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.study.curvature.is_asked) list.push_back(std::make_unique<CurvatureMeasures>(inputs.study, inputs.design));
  return list;
}

CurvatureMeasures::CurvatureMeasures(const Study& study, const Design& design)
    : RunLevelAnalysis(
          study, design, "dynamics/curvature",
          fmt::format("version {} parameters {} batch {} from {} probes {} at {} critical {}", kVersion,
                      study.curvature.parameters, study.curvature.batch, study.curvature.first_trial,
                      study.curvature.probes, fmt::join(study.curvature.at, ","), study.curvature.critical)) {
  for (const std::string& level : study.snapshots.labels()) {
    const auto is_level = [&](Index update) { return level == fmt::format("update={}", update); };
    is_looked_at_.push_back(study.curvature.at.empty() || level == "final" ||
                            std::ranges::any_of(study.curvature.at, is_level));
  }
  parameters_.resize(n_levels(study, Factor::architecture));
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture)) {
    const FactorLevel& architecture = level_of(study, design[run], Factor::architecture);
    const auto network = make_network<float>(study, design[run]);
    check_architecture(study, architecture, *network);
    parameters_[static_cast<std::size_t>(design.level(run, Factor::architecture))] =
        static_cast<double>(network->parameters().values.size());
  }
  for (const std::size_t run : design.first_of_each(Factor::rule, Factor::rule)) {
    const RunParts<double> parts = make_parts<double>(study, design[run]);
    if (!has_direction(*parts.rule))
      warnings_.push_back(
          fmt::format("no sharpness along '{}', no rho and no critical rate of it: it needs more than a "
                      "forward pass",
                      level_of(study, design[run], Factor::rule).text));
  }
  const TaskInfo& task = shared_task(study.task)->info();
  n_columns_ = static_cast<double>(study.curvature.batch > 0 ? study.curvature.batch * task.n_steps
                                                             : task.n_evaluation_trials() * task.n_evaluation_steps);
  write(columns_of_curvature(), {});
}

double CurvatureMeasures::cost(std::size_t item) const {
  if (!is_looked_at_[level_of_item(item)]) return 0;
  // A gradient per product, a forward pass and twice that backward; two and a backward pass of the Gauss-Newton part.
  const double probes = static_cast<double>(study().curvature.probes);
  const double products = kLanczosProducts + 3.5 * probes + (study().curvature.critical ? kArnoldiProducts : 0);
  return products * 2 * 3 * parameters_[architecture_of(item)] * n_columns_ / kFasterThanCounted;
}

void CurvatureMeasures::analyse(const TrainedNetwork& trained, const StopCheck& stop, ItemValues& values) const {
  if (!is_looked_at_[trained.level]) return;
  Network<double>& network = *trained.parts.network;
  const VectorXd parameters = network.parameters().values;
  const TrialBatch<double> trials = trials_of(trained.parts, study().curvature);
  const auto exact = reference_rule<double>(family_name(network.traits().family));
  exact->begin(network, trained.parts.streams.rule);
  TrialLoss loss(network, *exact, trained.parts.task->info().loss, trials, study().training);
  const ParameterSubset subset = subset_of(network.parameters().layout, study());
  HessianProducts products(loss, parameters, subset);
  // As if the rule began here: what it drew is what the run drew, what it would have learned it has not.
  if (has_direction(*trained.parts.rule)) trained.parts.rule->begin(network, trained.parts.streams.rule);
  const RandomStream stream("curvature", design()[trained.run].streams, study().seed);
  const SymmetricOperator hessian{products.size(), [&](const VectorXd& v) { return products.multiply_roughly(v); },
                                  [&](const VectorXd& v) { return products.multiply(v); }};
  const SymmetricOperator part{products.size(), [&](const VectorXd& v) { return products.multiply_gauss_newton(v); }};
  const auto put = [&](Block block, double value) { values.block<double>(block)[0] = value; };
  ExtremeEigenvalues ends;
  Status end = Status::found;
  put(loss_value, products.loss());
  put(gradient_norm, products.gradient().norm());
  try {
    put(along_gradient, products.sharpness_along(products.gradient()));
    put_along_rule(*trained.parts.rule, loss, parameters, subset, products, values);
    ends = extreme_eigenvalues(hessian, stream.substream(0), stop);
    put(largest, ends.largest), put(second, ends.second), put(smallest, ends.smallest);
    const double of_part = largest_eigenvalue(part, stream.substream(1), stop);
    put(gauss_newton, of_part);
    if (std::isnan(of_part)) end = Status::part_not_converged;
    if (study().curvature.probes > 0) {
      const TraceEstimate estimate = hutchinson_trace(hessian, study().curvature.probes, stream.substream(2), stop);
      put(trace, estimate.trace), put(trace_error, estimate.standard_error);
      put(gauss_newton_trace, hutchinson_trace(part, study().curvature.probes, stream.substream(2), stop).trace);
    }
    if (!ends.has_converged) end = Status::not_converged;
    if (ends.has_converged && ends.is_degenerate()) end = Status::degenerate;
  } catch (const AtKink&) {
    end = Status::at_kink;
  }
  values.block<std::uint8_t>(status)[0] = static_cast<std::uint8_t>(end);
  if (study().curvature.critical)
    put_critical(*trained.parts.rule, products, ends.leading, stream.substream(3), stop, values);
  values.block<std::int32_t>(n_products)[0] = products.n_products();
}

void CurvatureMeasures::put_along_rule(LearningRule<double>& rule, TrialLoss& loss, const VectorXd& parameters,
                                       const ParameterSubset& subset, HessianProducts& products, ItemValues& values) {
  if (!has_direction(rule)) return;
  loss.run(parameters);
  const VectorXd exact = subset.part_of(loss.pull_back(loss.output_error()));
  const VectorXd direction = subset.part_of(loss.gradient_of(rule));
  values.block<double>(rho)[0] = direction.dot(exact) / exact.squaredNorm();
  values.block<double>(along_rule)[0] = products.sharpness_along(direction);
}

/// Of the derivative of what the rule and the regularizers make of a step. `leading` is the eigenvector of the Hessian,
/// empty where it is not known.
void CurvatureMeasures::put_critical(LearningRule<double>& rule, HessianProducts& products, const VectorXd& leading,
                                     const RandomStream& stream, const StopCheck& stop, ItemValues& values) {
  const auto put = [&](Block block, double value) { values.block<double>(block)[0] = value; };
  const auto end = [&](UpdateStatus how) {
    values.block<std::uint8_t>(update_status)[0] = static_cast<std::uint8_t>(how);
  };
  if (!has_direction(rule)) return end(UpdateStatus::no_gradient);
  const VectorXd here = products.update_of(rule);
  const GeneralOperator derivative{products.size(),
                                   [&](const VectorXd& v) { return products.multiply_update(rule, here, v); }};
  try {
    if (leading.size() > 0)
      put(rho_leading, leading.dot(derivative.multiply(leading)) / values.block<double>(largest)[0]);
    const GeneralEnds ends = general_ends(derivative, kLeading, stream, stop);
    if (ends.leading.size() == 0) return end(UpdateStatus::not_converged);
    put(update_smallest, ends.smallest_real);
    put(update_real, ends.leading[0].real());
    put(update_imag, ends.leading[0].imag());
    put(critical, critical_rate(ends.leading).rate);
    end(std::isnan(ends.smallest_real) ? UpdateStatus::smallest_not_converged : UpdateStatus::found);
  } catch (const AtKink&) {
    end(UpdateStatus::at_kink);
  }
}

}  // namespace cohort
