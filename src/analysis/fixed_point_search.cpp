#include <cohort/analysis/fixed_point_search.hpp>

#include <cohort/analysis/fixed_point_row.hpp>
#include <cohort/dynamics/network_map.hpp>
#include <cohort/network/as_recurrent.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

/// Raised when other columns come out of the same points.
constexpr int kColumnsVersion = 3;
/// Steps in which a network that leaves a point along an unstable direction must come to an attractor.
constexpr int kStepsAway = 5000;

/// Is it one of these, or are there none?
bool is_chosen(const std::string& name, const std::vector<std::string>& chosen) {
  return chosen.empty() || std::ranges::count(chosen, name) > 0;
}

std::string options_of(const Study& study) {
  const DynamicsOptions& asked = study.dynamics;
  return fmt::format("fixed points {}.{} starts {} room {} noise {} slow {} modes {} graph {} contexts {} levels {}",
                     fixed_points_version, kColumnsVersion, asked.starts, asked.max_points, asked.noise, asked.slow_ms,
                     asked.modes, asked.graph, fmt::join(asked.contexts, ","), fmt::join(asked.levels, ","));
}

/// All states visited on the evaluation trials, [n_states x n_steps * n_conditions].
MatrixXd visited_on_evaluation(const Task& task, const RandomStream& stream, const RecurrentNetwork<double>& network) {
  const TaskInfo& info = task.info();
  MatrixXd all(network.cell().n_states(), info.n_evaluation_steps * static_cast<Index>(info.conditions.size()));
  Trial trial;
  for (std::size_t condition = 0; condition < info.conditions.size(); ++condition) {
    RandomStream own = stream.substream(condition);
    task.evaluation_trial(static_cast<int>(condition), own, trial);
    all.middleCols(static_cast<Index>(condition) * info.n_evaluation_steps, info.n_evaluation_steps) =
        visited_states(network, trial.inputs);
  }
  return all;
}

double standard_deviation(const MatrixXd& states) {
  const MatrixXd deviation = states.colwise() - states.rowwise().mean();
  return std::sqrt(deviation.squaredNorm() / static_cast<double>(states.size()));
}

/// Modes and derivatives of the points that there is room for.
void put_modes(NetworkMap& map, const VectorXd& input, const FixedPoints& found, std::size_t context,
               std::size_t n_points, FixedPointRow& row) {
  MatrixXd jacobian(map.dimension(), map.dimension());
  std::size_t index = 0;
  for (const auto* list : {&found.points, &found.slow_points})
    for (const FixedPoint& point : *list) {
      if (index == n_points) return;
      map.jacobian(point.state, jacobian);
      row.put_modes(context, index++, modes_of(jacobian), input_derivatives(map, point.state, input));
    }
}

}  // namespace

Description FixedPointSearch::description() {
  Description d;
  d.name = "fixed_point_search";
  d.summary =
      "fixed points, slow points and cycles of every network at every level, in every context; [dynamics] fixed_points";
  d.equation = "x* = F(x*, u); /dynamics/fixed_points [run, level, context, point, state]";
  d.reference = "Sussillo & Barak 2013, doi:10.1162/NECO_a_00409";
  return d;
}

AnalysisList FixedPointSearch::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.study.dynamics.starts > 0) list.push_back(std::make_unique<FixedPointSearch>(inputs.study, inputs.design));
  return list;
}

FixedPointSearch::FixedPointSearch(const Study& study, const Design& design)
    : RunLevelAnalysis(study, design, "dynamics/fixed_points", options_of(study), "/dynamics/made_from") {
  check_differentiable(study, design, "search fixed points");
  const DynamicsOptions& asked = study.dynamics;
  const TaskInfo& task = shared_task(study.task)->info();
  dt_ms_ = task.dt_ms;
  slow_ms_ = asked.slow_ms > 0 ? asked.slow_ms : task.dt_ms * static_cast<double>(task.n_evaluation_steps);
  n_inputs_ = static_cast<std::size_t>(task.n_inputs);
  // All contexts of the task stand in the file; those that are not chosen stay masked.
  for (const InputContext& context : task.contexts) names_.push_back(context.name);
  for (std::size_t context = 0; context < task.contexts.size(); ++context)
    if (is_chosen(names_[context], asked.contexts)) contexts_.emplace_back(context, task.contexts[context]);
  for (const std::string& level : study.snapshots.labels()) is_searched_.push_back(is_chosen(level, asked.levels));
  cost_.resize(n_levels(study, Factor::architecture));
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture)) {
    const NetworkSize size = network_size(study, design[run]);
    const auto n = static_cast<double>(size.n_states);
    // A start takes a few thousand steps of the map, and a few decompositions of its Jacobian.
    cost_[static_cast<std::size_t>(design.level(run, Factor::architecture))] =
        static_cast<double>(contexts_.size()) * static_cast<double>(asked.starts) *
        (3000 * static_cast<double>(size.n_parameters) + 10 * n * n * n);
    max_states_ = std::max(max_states_, static_cast<std::size_t>(size.n_states));
  }
  std::vector<Dimension> dimensions{
      labelled("context", names_, "constant input under which the network runs"),
      {"point", static_cast<std::size_t>(asked.max_points), "fixed or slow point"},
      {"state", max_states_, "state variable of the network"},
      {"start", static_cast<std::size_t>(asked.starts), "start of a search"},
      {"unstable_dimension", FixedPointRoom::n_unstable, "number of unstable dimensions, the last: or more"},
      {"period", FixedPointRoom::n_periods, "steps of a period, the last: or more"}};
  if (asked.graph) {
    dimensions.push_back({"direction", FixedPointRoom::n_directions, "mode of a point, by decreasing modulus"});
    dimensions.push_back(labelled("side", {"along", "against"}, "side of the point to which it is left"));
  }
  if (asked.modes > 0) {
    dimensions.push_back({"mode", static_cast<std::size_t>(asked.modes), "mode of a point, by decreasing modulus"});
    dimensions.push_back({"input", n_inputs_, "input of the network"});
  }
  write(fixed_point_columns(asked.modes > 0, asked.graph), std::move(dimensions));
}

double FixedPointSearch::cost(std::size_t item) const {
  return is_searched_[level_of_item(item)] ? cost_[architecture_of(item)] : 0;
}

void FixedPointSearch::analyse(const TrainedNetwork& trained, const StopCheck& stop, ItemValues& values) const {
  if (!is_searched_[trained.level]) return;
  const DynamicsOptions& asked = study().dynamics;
  const RecurrentNetwork<double>& network = as_recurrent(*trained.parts.network);
  const auto n_points = static_cast<std::size_t>(asked.max_points);
  FixedPointRow row(values,
                    {names_.size(), n_points, max_states_, static_cast<std::size_t>(asked.starts),
                     static_cast<std::size_t>(asked.modes), n_inputs_, asked.graph},
                    dt_ms_, slow_ms_);
  const RandomStream evaluation("evaluation", study().task_versioned, study().seed);
  const MatrixXd visited = visited_on_evaluation(*trained.parts.task, evaluation, network);
  const double noise = asked.noise * standard_deviation(visited);
  const RandomStream stream("fixed points", design()[trained.run].streams, study().seed);
  for (const auto& [context, place] : contexts_) {
    NetworkMap map(network, place.input);
    const MatrixXd starts = noisy_starts(visited, asked.starts, noise, stream.substream(context));
    const FixedPoints found = find_fixed_points(map, starts, {}, stop);
    row.put(context, found);
    if (asked.graph) {
      const auto n_directions = static_cast<Index>(FixedPointRoom::n_directions);
      row.put_departures(context, departures_of(map, found, n_directions, {}, kStepsAway, stop));
    }
    if (asked.modes > 0) put_modes(map, place.input, found, context, n_points, row);
  }
  row.put_totals();
}

}  // namespace cohort
