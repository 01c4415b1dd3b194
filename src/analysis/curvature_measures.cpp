#include <cohort/analysis/curvature_measures.hpp>

#include <cohort/dynamics/extreme_eigenvalues.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

/// Raised when a number comes out with other bits.
constexpr int kVersion = 1;
/// Products that both Lanczos iterations take together, on trained networks.
constexpr double kLanczosProducts = 80;

const std::string kGroup = "/dynamics/curvature";

/// Codes of /dynamics/curvature/status; never renumber them.
enum class Status : std::uint8_t { unknown = 0, found = 1, degenerate = 2, not_converged = 3, at_kink = 4 };

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
  rho
};

std::vector<RunLevelAnalysis::Column> columns_of_curvature() {
  const auto f64 = ValueType::f64;
  const auto in_group = [&](const char* name, const char* meaning) {
    return RunLevelAnalysis::Column{kGroup + "/" + name, f64, {}, "1", meaning};
  };
  return {{kGroup + "/status",
           ValueType::u8,
           {},
           "1",
           "how the search for eigenvalues ended",
           {"unknown", "found", "degenerate", "not_converged", "at_kink"}},
          in_group("second", "second largest eigenvalue of the Hessian"),
          in_group("smallest", "smallest eigenvalue of the Hessian"),
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
          {"/dynamics/rho", f64, {}, "1", "<r, g> / |g|^2, r: what the run's rule takes for the gradient g"}};
}

/// The trials of the loss.
TrialBatch<double> trials_of(const RunParts<double>& parts, Index batch) {
  TrialBatch<double> trials;
  if (batch == 0)
    fill_evaluation_batch(*parts.task, parts.streams.evaluation, trials);
  else
    fill_training_batch(*parts.task, parts.streams.training, 0, batch, trials);
  return trials;
}

void check_architecture(const Study& study, const FactorLevel& architecture, const Network<float>& network) {
  const auto refuse = [&](const std::string& why, const std::string& what_to_do) {
    throw UserError(fmt::format("[dynamics] cannot compute curvature of architecture '{}'", architecture.text), why,
                    what_to_do, architecture.where);
  };
  if (network.traits().is_spiking) refuse("spikes have no derivative", "Leave out curvature, or the architecture.");
  try {
    const ParameterSubset subset(network.parameters().layout, study.curvature.parameters);
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
    : RunLevelAnalysis(study, design, "dynamics/curvature",
                       fmt::format("version {} parameters {} batch {} probes {}", kVersion, study.curvature.parameters,
                                   study.curvature.batch, study.curvature.probes)) {
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
      warnings_.push_back(fmt::format("no sharpness along '{}' and no rho of it: it needs more than a forward pass",
                                      level_of(study, design[run], Factor::rule).text));
  }
  const TaskInfo& task = shared_task(study.task)->info();
  n_columns_ = static_cast<double>(study.curvature.batch > 0 ? study.curvature.batch * task.n_steps
                                                             : task.n_evaluation_trials() * task.n_evaluation_steps);
  write(columns_of_curvature(), {});
}

double CurvatureMeasures::cost(std::size_t item) const {
  // Two gradients per product, each a forward pass and twice that backward.
  const double products = 2 * (kLanczosProducts + static_cast<double>(study().curvature.probes)) + 2;
  return products * 2 * 3 * 2 * parameters_[architecture_of(item)] * n_columns_;
}

void CurvatureMeasures::analyse(const TrainedNetwork& trained, const StopCheck& stop, ItemValues& values) const {
  Network<double>& network = *trained.parts.network;
  const VectorXd parameters = network.parameters().values;
  const TrialBatch<double> trials = trials_of(trained.parts, study().curvature.batch);
  const auto exact = reference_rule<double>(family_name(network.traits().family));
  exact->begin(network, trained.parts.streams.rule);
  TrialLoss loss(network, *exact, trained.parts.task->info().loss, trials, study().training);
  HessianProducts products(loss, parameters,
                           ParameterSubset(network.parameters().layout, study().curvature.parameters));
  const RandomStream stream("curvature", design()[trained.run].streams, study().seed);
  const SymmetricOperator hessian{products.size(), [&](const VectorXd& v) { return products.multiply(v); }};
  const SymmetricOperator part{products.size(), [&](const VectorXd& v) { return products.multiply_gauss_newton(v); }};
  const auto put = [&](Block block, double value) { values.block<double>(block)[0] = value; };
  Status end = Status::found;
  put(loss_value, products.loss());
  put(gradient_norm, products.gradient().norm());
  try {
    put(along_gradient, products.sharpness_along(products.gradient()));
    put_along_rule(trained, loss, products, values);
    const ExtremeEigenvalues ends = extreme_eigenvalues(hessian, stream.substream(0), stop);
    put(largest, ends.largest), put(second, ends.second), put(smallest, ends.smallest);
    put(gauss_newton, largest_eigenvalue(part, stream.substream(1), stop));
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
  values.block<std::int32_t>(n_products)[0] = products.n_products();
}

/// As if the rule began here: what it drew is what the run drew, what it would have learned it has not.
void CurvatureMeasures::put_along_rule(const TrainedNetwork& trained, TrialLoss& loss, HessianProducts& products,
                                       ItemValues& values) const {
  LearningRule<double>& rule = *trained.parts.rule;
  if (!has_direction(rule)) return;
  const VectorXd parameters = trained.parts.network->parameters().values;
  rule.begin(*trained.parts.network, trained.parts.streams.rule);
  const ParameterSubset subset(trained.parts.network->parameters().layout, study().curvature.parameters);
  loss.run(parameters);
  const VectorXd exact = subset.part_of(loss.pull_back(loss.output_error()));
  const VectorXd direction = subset.part_of(loss.gradient_of(rule));
  values.block<double>(rho)[0] = direction.dot(exact) / exact.squaredNorm();
  values.block<double>(along_rule)[0] = products.sharpness_along(direction);
}

}  // namespace cohort
