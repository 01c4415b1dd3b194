#include <cohort/analysis/fixed_point_search.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/dynamics/network_map.hpp>
#include <cohort/dynamics/topology.hpp>
#include <cohort/network/as_recurrent.hpp>
#include <cohort/store/value_types.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace cohort {
namespace {

/// Codes of /dynamics/kind and /dynamics/stability; never renumber them.
enum class PointKind : std::uint8_t { none = 0, fixed_point = 1, slow_point = 2 };
enum class StabilityKind : std::uint8_t { unknown = 0, stable = 1, unstable = 2, marginal = 3 };

/// One dataset of /dynamics; its first dimension is the run.
struct Column {
  const char* name;
  ValueType type;
  std::vector<std::string> dimensions;  ///< behind the run
  const char* long_name;
  std::vector<std::string> flags{};
  const char* units = "1";
};

/// In the order of the blocks of an item.
enum Block {
  n_fixed_points,
  n_slow_points,
  n_cycles,
  kind,
  fixed_points,
  speed,
  n_starts,
  n_unstable,
  stability,
  eigenvalues_real,
  eigenvalues_imag,
  start_status,
  unseen_share,
  points_by_unstable,
  cycles_by_period,
  continuum_dimension,
  n_marginal,
  slowest
};

/// Entries of a network's signature: up to so many unstable dimensions and steps of a period, and more in the last.
constexpr std::size_t kUnstable = 9, kPeriods = 9;

const std::vector<Column>& columns() {
  static const std::vector<Column> table{
      {"n_fixed_points", ValueType::i32, {"context"}, "fixed points found; may exceed the room of the file"},
      {"n_slow_points", ValueType::i32, {"context"}, "slow points found"},
      {"n_cycles", ValueType::i32, {"context"}, "cycles of period 2 or more found"},
      {"kind", ValueType::u8, {"context", "point"}, "what the point is", {"none", "fixed_point", "slow_point"}},
      {"fixed_points", ValueType::f64, {"context", "point", "state"}, "state of the point, NaN-padded"},
      {"speed", ValueType::f64, {"context", "point"}, "q = ½ |x - F(x)|² at the point"},
      {"n_starts", ValueType::i32, {"context", "point"}, "starts that ended at the point"},
      {"n_unstable", ValueType::i32, {"context", "point"}, "eigenvalues of modulus above 1"},
      {"stability",
       ValueType::u8,
       {"context", "point"},
       "stability of the point",
       {"unknown", "stable", "unstable", "marginal"}},
      {"eigenvalues_real",
       ValueType::f64,
       {"context", "point", "state"},
       "eigenvalues of the Jacobian by decreasing modulus, real part"},
      {"eigenvalues_imag",
       ValueType::f64,
       {"context", "point", "state"},
       "eigenvalues of the Jacobian by decreasing modulus, imaginary part"},
      {"start_status",
       ValueType::u8,
       {"context", "start"},
       "how each search ended",
       {"not_converged", "converged", "slow_point", "outlier", "cycle"}},
      {"unseen_share",
       ValueType::f64,
       {"context"},
       "share of starts that would end at points not found yet (Good and Turing): of those that ended alone"},
      {"points_by_unstable",
       ValueType::i32,
       {"context", "unstable_dimension"},
       "fixed points by the number of their unstable dimensions, the last: or more"},
      {"cycles_by_period", ValueType::i32, {"context", "period"}, "cycles by their period, the last: or more"},
      {"continuum_dimension",
       ValueType::i32,
       {"context"},
       "most eigenvalues 1 at a fixed point: 1 on a line of them, 0 where all are isolated"},
      {"n_marginal", ValueType::i32, {"context", "point"}, "eigenvalues of modulus 1"},
      {"slowest_ms",
       ValueType::f64,
       {"context", "point"},
       "longest time constant of the point's modes, dt / |log|l||",
       {},
       "ms"}};
  return table;
}

const std::string kMadeFrom = "/dynamics/made_from";
/// Raised when there is more to write of a point.
constexpr int kColumnsVersion = 2;

StabilityKind kind_of(const Stability& stability) {
  if (stability.n_unstable > 0) return StabilityKind::unstable;
  return stability.n_marginal > 0 ? StabilityKind::marginal : StabilityKind::stable;
}

/// Throws UserError unless the network of `run` has fixed points that a search by derivatives can find.
void check_architecture(const Study& study, const Run& run) {
  const FactorLevel& architecture = level_of(study, run, Factor::architecture);
  const NetworkTraits traits = make_network<float>(study, run)->traits();
  const bool is_recurrent = traits.family == NetworkFamily::recurrent;
  if (is_recurrent && !traits.is_spiking) return;
  throw UserError(fmt::format("[dynamics] cannot search fixed points of architecture '{}'", architecture.text),
                  is_recurrent ? "spikes have no derivative" : "it has no recurrent state",
                  "Leave out [dynamics] or the architecture.", architecture.where);
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

/// What was found in the contexts of one run, laid into its blocks.
class DynamicsRow {
 public:
  /// Steps of the network take `dt_ms`.
  DynamicsRow(ItemValues& values, std::size_t n_contexts, double dt_ms) : values_(values), dt_ms_(dt_ms) {
    max_points_ = values.block<std::uint8_t>(kind).size() / n_contexts;
    max_states_ = values.block<double>(fixed_points).size() / n_contexts / max_points_;
    n_starts_ = values.block<std::uint8_t>(start_status).size() / n_contexts;
  }

  /// What the file holds before anything was found.
  void clear() {
    for (std::size_t block = 0; block < columns().size(); ++block) {
      switch (columns()[block].type) {
        case ValueType::f64:
          fill<double>(block, std::numeric_limits<double>::quiet_NaN());
          break;
        case ValueType::i32:
          fill<std::int32_t>(block, -1);
          break;
        default:
          fill<std::uint8_t>(block, 0);
      }
    }
  }

  void put(std::size_t context, const FixedPoints& found) {
    put_count(n_fixed_points, context, found.points.size());
    put_count(n_slow_points, context, found.slow_points.size());
    put_count(n_cycles, context, found.cycles.size());
    std::size_t position = context * max_points_;
    const std::size_t end = position + max_points_;
    for (const auto* list : {&found.points, &found.slow_points})
      for (const FixedPoint& point : *list)
        if (position < end)
          put_point(position++, point, list == &found.points ? PointKind::fixed_point : PointKind::slow_point);
    for (std::size_t start = 0; start < found.starts.size(); ++start)
      values_.block<std::uint8_t>(start_status)[context * n_starts_ + start] =
          static_cast<std::uint8_t>(found.starts[start].status);
    put_topology(context, topology_of(found, kUnstable, kPeriods));
  }

 private:
  template <class Value>
  void fill(std::size_t block, Value value) {
    const auto values = values_.block<Value>(block);
    std::fill(values.begin(), values.end(), value);
  }

  void put_count(Block block, std::size_t index, std::size_t value) {
    values_.block<std::int32_t>(block)[index] = static_cast<std::int32_t>(value);
  }

  void put_topology(std::size_t context, const Topology& topology) {
    values_.block<double>(unseen_share)[context] = topology.unseen_share;
    put_count(continuum_dimension, context, static_cast<std::size_t>(topology.continuum_dimension));
    for (std::size_t i = 0; i < kUnstable; ++i)
      put_count(points_by_unstable, context * kUnstable + i, static_cast<std::size_t>(topology.points_by_unstable[i]));
    for (std::size_t i = 0; i < kPeriods; ++i)
      put_count(cycles_by_period, context * kPeriods + i, static_cast<std::size_t>(topology.cycles_by_period[i]));
  }

  void put_states(Block block, std::size_t point, const VectorXd& states) {
    std::copy(states.begin(), states.end(),
              values_.block<double>(block).begin() + static_cast<std::ptrdiff_t>(point * max_states_));
  }

  void put_point(std::size_t index, const FixedPoint& point, PointKind what) {
    values_.block<std::uint8_t>(kind)[index] = static_cast<std::uint8_t>(what);
    values_.block<double>(speed)[index] = point.q;
    values_.block<std::int32_t>(n_starts)[index] = point.n_starts;
    values_.block<std::int32_t>(n_unstable)[index] = static_cast<std::int32_t>(point.stability.n_unstable);
    values_.block<std::int32_t>(n_marginal)[index] = static_cast<std::int32_t>(point.stability.n_marginal);
    double longest = 0;
    for (const std::complex<double>& eigenvalue : point.stability.eigenvalues)
      longest = std::max(longest, time_constant(eigenvalue, dt_ms_));
    values_.block<double>(slowest)[index] = longest;
    values_.block<std::uint8_t>(stability)[index] = static_cast<std::uint8_t>(kind_of(point.stability));
    put_states(fixed_points, index, point.state);
    put_states(eigenvalues_real, index, point.stability.eigenvalues.real());
    put_states(eigenvalues_imag, index, point.stability.eigenvalues.imag());
  }

  ItemValues& values_;
  double dt_ms_;
  std::size_t max_points_ = 0, max_states_ = 0, n_starts_ = 0;
};

}  // namespace

Description FixedPointSearch::description() {
  Description d;
  d.name = "fixed_point_search";
  d.summary = "fixed points, slow points and cycles of every network in every context; [dynamics] fixed_points";
  d.equation = "x* = F(x*, u); /dynamics/fixed_points [run, context, point, state]";
  d.reference = "Sussillo & Barak 2013, doi:10.1162/NECO_a_00409";
  return d;
}

AnalysisList FixedPointSearch::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.study.dynamics.starts > 0) list.push_back(std::make_unique<FixedPointSearch>(inputs.study, inputs.design));
  return list;
}

FixedPointSearch::FixedPointSearch(const Study& study, const Design& design)
    : study_(study), design_(design), contexts_(shared_task(study.task)->info().contexts) {
  states_of_architecture_.resize(study.levels[static_cast<int>(Factor::architecture)].size());
  parameters_of_architecture_.resize(states_of_architecture_.size());
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture)) {
    check_architecture(study, design[run]);
    const NetworkSize size = network_size(study, design[run]);
    const auto n_states = static_cast<std::size_t>(size.n_states);
    const auto architecture = static_cast<std::size_t>(design.level(run, Factor::architecture));
    states_of_architecture_[architecture] = n_states;
    parameters_of_architecture_[architecture] = static_cast<double>(size.n_parameters);
    max_states_ = std::max(max_states_, n_states);
  }
  options_ = hash64(fmt::format("fixed points {}.{} starts {} room {} task {}", fixed_points_version, kColumnsVersion,
                                study.dynamics.starts, study.dynamics.max_points, study.task_versioned));
}

std::size_t FixedPointSearch::size_of(const std::string& dimension) const {
  if (dimension == "context") return contexts_.size();
  if (dimension == "point") return static_cast<std::size_t>(study_.dynamics.max_points);
  if (dimension == "unstable_dimension") return kUnstable;
  if (dimension == "period") return kPeriods;
  return dimension == "state" ? max_states_ : static_cast<std::size_t>(study_.dynamics.starts);
}

Schema FixedPointSearch::datasets() const {
  Schema schema;
  std::vector<std::string> names;
  for (const InputContext& context : contexts_) names.push_back(context.name);
  schema.dimensions = {{"run", n_items(), "number of the run"},
                       labelled("context", names, "constant input under which the network runs"),
                       {"point", size_of("point"), "fixed or slow point"},
                       {"state", size_of("state"), "state variable of the network"},
                       {"start", size_of("start"), "start of a search"},
                       {"unstable_dimension", kUnstable, "number of unstable dimensions, the last: or more"},
                       {"period", kPeriods, "steps of a period, the last: or more"}};
  for (const Column& column : columns()) {
    std::vector<std::string> dimensions{"run"};
    dimensions.insert(dimensions.end(), column.dimensions.begin(), column.dimensions.end());
    DatasetInfo info{std::string("/dynamics/") + column.name, column.type, dimensions, column.units, column.long_name};
    info.flag_meanings = column.flags;
    info.made_from = kMadeFrom;
    schema.datasets.push_back(info);
  }
  schema.datasets.push_back(made_from_dataset(kMadeFrom, {"run"}));
  return schema;
}

std::string FixedPointSearch::item_name(std::size_t item) const {
  return fmt::format("run {} ({})", item, run_name(study_, design_[item]));
}

double FixedPointSearch::cost(std::size_t item) const {
  // A start takes a few thousand steps of the map, and a few decompositions of its Jacobian.
  const auto architecture = static_cast<std::size_t>(design_.level(item, Factor::architecture));
  const auto n = static_cast<double>(states_of_architecture_[architecture]);
  return static_cast<double>(contexts_.size()) * static_cast<double>(study_.dynamics.starts) *
         (3000 * parameters_of_architecture_[architecture] + 10 * n * n * n);
}

std::vector<BlockPlace> FixedPointSearch::places(std::size_t item) const {
  std::vector<BlockPlace> places;
  for (const Column& column : columns()) {
    BlockPlace place{std::string("/dynamics/") + column.name, column.type, {item}, {1}};
    for (const std::string& dimension : column.dimensions) {
      place.start.push_back(0);
      place.count.push_back(size_of(dimension));
    }
    places.push_back(std::move(place));
  }
  return places;
}

std::vector<BlockPlace> FixedPointSearch::made_from_places(std::size_t item) const {
  return {{kMadeFrom, ValueType::u64, {item}, {1}}};
}

std::vector<std::uint64_t> FixedPointSearch::made_from(std::size_t item, const FinishedRuns& runs) const {
  const std::uint64_t checksum = runs.checksum(item);
  if (checksum == 0) return {0};
  return {std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(&checksum, 1)), options_))};
}

void FixedPointSearch::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>&,
                               const StopCheck& stop, ItemValues& values) const {
  DynamicsRow row(values, contexts_.size(), shared_task(study_.task)->info().dt_ms);
  row.clear();
  const std::vector<float> weights = runs.parameters(item, runs.levels().size() - 1);
  if (weights.empty()) return;  // diverged before the end
  const Run run = design_[item];
  const RunParts<double> parts = make_parts<double>(study_, run);  // with the masks and time constants of this run
  RecurrentNetwork<double>& network = as_recurrent(*parts.network);
  network.parameters().values =
      Eigen::Map<const Vector<float>>(weights.data(), static_cast<Index>(weights.size())).cast<double>();
  const RandomStream evaluation("evaluation", study_.task_versioned, study_.seed);
  const MatrixXd visited = visited_on_evaluation(*parts.task, evaluation, network);
  const double noise = 0.1 * standard_deviation(visited);
  const RandomStream stream("fixed points", run.streams, study_.seed);
  for (std::size_t context = 0; context < contexts_.size(); ++context) {
    const MatrixXd starts = noisy_starts(visited, study_.dynamics.starts, noise, stream.substream(context));
    row.put(context, find_fixed_points(NetworkMap(network, contexts_[context].input), starts, {}, stop));
  }
}

}  // namespace cohort
