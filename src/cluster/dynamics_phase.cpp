#include <cohort/cluster/dynamics_phase.hpp>

#include <cohort/core/log.hpp>
#include <cohort/dynamics/fixed_points.hpp>
#include <cohort/dynamics/network_map.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/run_executor.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace cohort {
namespace {

/// Codes of /dynamics/kind and /dynamics/stability (see study_schema.cpp).
enum class PointKind : std::uint8_t { none = 0, fixed_point = 1, slow_point = 2 };
enum class StabilityKind : std::uint8_t { unknown = 0, stable = 1, unstable = 2, marginal = 3 };

StabilityKind kind_of(const Stability& stability) {
  if (stability.n_unstable > 0) return StabilityKind::unstable;
  return stability.n_marginal > 0 ? StabilityKind::marginal : StabilityKind::stable;
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

/// The rows of one run: everything the search found, padded.
class DynamicsRow {
 public:
  DynamicsRow(ResultsFile& file, std::size_t run) : file_(file), run_(run) {
    const Extent& extent = file.extent("/dynamics/fixed_points");  // run, context, point, state
    max_points_ = extent[2];
    max_states_ = extent[3];
  }

  void write(std::size_t context, const FixedPoints& found) {
    put_count("n_fixed_points", context, found.points.size());
    put_count("n_slow_points", context, found.slow_points.size());
    put_count("n_cycles", context, found.cycles.size());
    std::size_t position = 0;
    for (const auto* list : {&found.points, &found.slow_points})
      for (const FixedPoint& point : *list)
        if (position < max_points_)
          put_point(context, position++, point,
                    list == &found.points ? PointKind::fixed_point : PointKind::slow_point);
    std::vector<std::uint8_t> status;
    for (const StartOutcome& start : found.starts) status.push_back(static_cast<std::uint8_t>(start.status));
    file_.write<std::uint8_t>("/dynamics/start_status", {run_, context, 0}, {1, 1, status.size()}, status);
  }

  void finish() {
    const std::uint8_t yes = 1;
    file_.write<std::uint8_t>("/dynamics/analysed", {run_}, {1}, std::span(&yes, 1));
  }

 private:
  void put_count(const char* name, std::size_t context, std::size_t value) {
    const auto count = static_cast<std::int32_t>(value);
    file_.write<std::int32_t>(std::string("/dynamics/") + name, {run_, context}, {1, 1}, std::span(&count, 1));
  }

  template <class Value>
  void put(const char* name, std::size_t context, std::size_t point, Value value) {
    file_.write<Value>(std::string("/dynamics/") + name, {run_, context, point}, {1, 1, 1}, std::span(&value, 1));
  }

  void put_states(const char* name, std::size_t context, std::size_t point, const VectorXd& values) {
    std::vector<double> padded(max_states_, std::numeric_limits<double>::quiet_NaN());
    std::copy(values.data(), values.data() + values.size(), padded.begin());
    file_.write<double>(std::string("/dynamics/") + name, {run_, context, point, 0}, {1, 1, 1, max_states_}, padded);
  }

  void put_point(std::size_t context, std::size_t position, const FixedPoint& point, PointKind kind) {
    put("kind", context, position, static_cast<std::uint8_t>(kind));
    put("speed", context, position, point.q);
    put("n_starts", context, position, static_cast<std::int32_t>(point.n_starts));
    put("n_unstable", context, position, static_cast<std::int32_t>(point.stability.n_unstable));
    put("stability", context, position, static_cast<std::uint8_t>(kind_of(point.stability)));
    put_states("fixed_points", context, position, point.state);
    put_states("eigenvalues_real", context, position, point.stability.eigenvalues.real());
    put_states("eigenvalues_imag", context, position, point.stability.eigenvalues.imag());
  }

  ResultsFile& file_;
  std::size_t run_;
  std::size_t max_points_ = 0, max_states_ = 0;
};

void analyse_run(const Study& study, const Design& design, const RunTable& table, std::size_t run, ResultsFile& file) {
  const Run& which = design.runs[run];
  const RunParts<double> parts = make_parts<double>(study, which);  // with the masks and time constants of this run
  const Task* task = parts.task.get();
  auto& network = dynamic_cast<RecurrentNetwork<double>&>(*parts.network);
  const std::vector<float> weights = table.read_parameters(run, table.levels().size() - 1);
  if (weights.empty()) return;  // diverged before the end
  network.parameters().values = Eigen::Map<const Vector<float>>(weights.data(), static_cast<Index>(weights.size())).cast<double>();
  const RandomStream evaluation("evaluation", study.task_versioned, study.seed);
  const MatrixXd visited = visited_on_evaluation(*task, evaluation, network);
  const double noise = 0.1 * standard_deviation(visited);
  const RandomStream stream("fixed points", which.key, study.seed);
  DynamicsRow row(file, run);
  const auto& contexts = task->info().contexts;
  for (std::size_t context = 0; context < contexts.size(); ++context) {
    const MatrixXd starts = noisy_starts(visited, study.dynamics.starts, noise, stream.substream(context));
    row.write(context, find_fixed_points(NetworkMap(network, contexts[context].input), starts));
  }
  row.finish();
}

}  // namespace

void analyse_dynamics(const Study& study, const Design& design, ResultsFile& file) {
  if (study.dynamics.starts == 0) return;
  const RunTable table(file);
  const std::vector<bool> finished = table.finished();
  std::vector<std::size_t> open;
  together(file.communicator(), [&] {
    const auto analysed = file.read<std::uint8_t>("/dynamics/analysed");
    for (std::size_t run = 0; run < finished.size(); ++run)
      if (finished[run] && analysed[run] == 0) open.push_back(run);
  });
  // Every rank has read the list before any rank changes it.
  const auto rank = static_cast<std::size_t>(rank_of(file.communicator()));
  const auto n_ranks = static_cast<std::size_t>(size_of(file.communicator()));
  together(file.communicator(), [&] {
    for (std::size_t i = rank; i < open.size(); i += n_ranks) {
      try {
        analyse_run(study, design, table, open[i], file);
      } catch (const RunError& error) {
        log(LogLevel::warning, fmt::format("run {}: no fixed points: {}", open[i], error.what()));
      }
    }
  });
  file.flush();
}

}  // namespace cohort
