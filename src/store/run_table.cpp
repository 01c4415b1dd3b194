#include "cut_rows.hpp"
#include "run_rows.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/learning/rule_curve.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/together.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr float no_value = std::numeric_limits<float>::quiet_NaN();

/// A block of one row: the given leading indices, everything behind them.
struct Block {
  Extent start, count;
};
Block block_at(const Extent& extent, const Extent& leading) {
  Block block{Extent(extent.size(), 0), extent};
  for (std::size_t axis = 0; axis < leading.size(); ++axis) {
    block.start[axis] = leading[axis];
    block.count[axis] = 1;
  }
  return block;
}

template <class Value>
std::vector<Value> read_at(ResultsFile& file, const std::string& dataset, const Extent& leading) {
  const auto [start, count] = block_at(file.extent(dataset), leading);
  return file.read<Value>(dataset, start, count);
}

template <class Value>
void write_cell(ResultsFile& file, const std::string& dataset, std::size_t run, Value value) {
  file.write<Value>(dataset, {run}, {1}, std::span<const Value>(&value, 1));
}

RunStatus status_of(std::uint8_t code) {
  return code <= static_cast<std::uint8_t>(RunStatus::failed) ? static_cast<RunStatus>(code) : RunStatus::pending;
}

bool counts(RunStatus status) { return status == RunStatus::done || status == RunStatus::diverged; }

constexpr std::string_view kCurves = "/curves/";

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::string_view kConstants = "/snapshots/constants";
constexpr std::string_view kNetworks = "/networks/";
constexpr std::array kNetworkFacts{"initial_norm", "initial_radius", "mean_rate", "saturated", "silent"};

/// What a row of /networks holds of a run.
std::vector<float> fact_row(const std::string& dataset, const NetworkFacts& facts) {
  const std::string name = dataset.substr(kNetworks.size());
  const auto row = [](auto... values) { return std::vector<float>{static_cast<float>(values)...}; };
  if (name == "initial_norm") return row(facts.initial.norm);
  if (name == "initial_radius") return row(facts.initial.radius);
  if (name == "mean_rate") return row(facts.start.mean, facts.end.mean);
  if (name == "saturated") return row(facts.start.saturated, facts.end.saturated);
  return row(facts.start.silent, facts.end.silent);
}

bool is_blank(std::span<const float> row) {
  return std::all_of(row.begin(), row.end(), [](float value) { return std::isnan(value); });
}

/// "loss", "alignment/eprop"
std::string name_of(const std::string& path) { return path.substr(kCurves.size()); }

bool is_integer(const std::string& dataset) {
  return dataset == "/snapshots/update" || dataset == "/snapshots/n_units" || dataset == "/snapshots/n_parameters" ||
         dataset == kComponents;
}

bool is_double(const std::string& dataset) { return dataset == "/snapshots/error" || dataset == kRest; }

bool is_of_cut(const std::string& dataset) { return std::ranges::find(kCutDatasets, dataset) != kCutDatasets.end(); }

/// Continues the checksum `so_far` over the bytes of one more row. A blank row of an optional curve leaves it as it is:
/// which curves other rules of the study have is nothing to this run.
template <class Value>
std::uint64_t extended(std::uint64_t so_far, const std::string& dataset, std::span<const Value> row) {
  if constexpr (std::is_same_v<Value, float>)
    if (may_be_blank(dataset) && is_blank(row)) return so_far;
  return hash64(std::as_bytes(row), so_far);
}

}  // namespace

bool may_be_blank(const std::string& dataset) {
  return dataset.starts_with(RuleCurve::kGroup) || dataset.starts_with(kNetworks) || dataset == kConstants;
}

RunTable::RunTable(ResultsFile& file)
    : file_(file), n_runs_(file.extent("/state/status").at(0)), curves_(file.datasets("/curves")) {
  for (const char* group : {"/curves/alignment", RuleCurve::kGroup}) {
    const auto more = file.datasets(group);
    curves_.insert(curves_.end(), more.begin(), more.end());
  }
  std::sort(curves_.begin(), curves_.end());
  if (file.has("/snapshots/level")) levels_ = file.read_text("/snapshots/level");
  payload_ = curves_;
  for (const char* name : {"update", "error", "n_units", "representation", "means", "scores", "loadings",
                           "n_components", "rest", "outputs", "n_parameters", "parameters", "constants"})
    if (file.has(std::string("/snapshots/") + name)) payload_.push_back(std::string("/snapshots/") + name);
  for (const char* name : kNetworkFacts)
    if (const std::string path = std::string(kNetworks) + name; file.has(path)) payload_.push_back(path);
}

std::vector<std::string> RunTable::curve_names() const {
  std::vector<std::string> names;
  for (const auto& path : curves_) names.push_back(name_of(path));
  return names;
}

std::vector<std::string> RunTable::keys() const { return file_.read_text("/design/key"); }

void RunTable::begin(std::size_t run, const Attempt& attempt) {
  write_cell<std::int32_t>(file_, "/state/attempts", run, attempt.number);
  write_cell<std::int32_t>(file_, "/state/rank", run, attempt.rank);
  write_cell<double>(file_, "/state/started", run, attempt.started);
}

void RunTable::leave(std::size_t run) { write_cell<std::int32_t>(file_, "/state/rank", run, -1); }

void RunTable::write(std::size_t run, const RunResult& result, const Attempt& attempt) {
  expects(result.status != RunStatus::pending, "a run that has ended");
  expects(result.snapshots.size() <= levels_.size(), "no more snapshots than the file has levels");
  const auto names = curve_names();
  for (const auto& curve : result.curves)
    expects(std::count(names.begin(), names.end(), curve.name) == 1, "curves that the file has");

  write_cell<std::uint8_t>(file_, "/state/status", run, 0);  // a row that is written again does not count meanwhile
  auto hash = static_cast<std::uint64_t>(result.status);
  std::optional<CutRows> cut;
  if (file_.has(kScores)) cut.emplace(file_, result, levels_.size());
  for (const auto& dataset : payload_) {
    const Row row = is_of_cut(dataset) ? cut_row(*cut, dataset) : row_of(dataset, result);
    write_row(dataset, run, row);
    hash = std::visit([&](const auto& values) { return extended(hash, dataset, std::span(values)); }, row);
  }
  begin(run, attempt);
  write_cell<double>(file_, "/state/finished", run, attempt.finished);
  write_cell<double>(file_, "/state/wall_s", run, result.wall_seconds);
  write_cell<double>(file_, "/state/cpu_s", run, result.cpu_seconds);
  file_.write_text("/state/message", {run}, {1}, std::span(&result.message, 1));
  finish_row(run, hash, result.status);
}

void RunTable::seal(std::size_t first, std::span<const RunStatus> status) {
  const auto hashes = checksums(first, status);
  std::vector<std::uint8_t> codes;
  for (const RunStatus one : status) codes.push_back(static_cast<std::uint8_t>(one));
  file_.write<std::uint64_t>("/state/checksum", {first}, {hashes.size()}, hashes);
  file_.write<std::uint8_t>("/state/status", {first}, {codes.size()}, codes);
}

void RunTable::finish_row(std::size_t run, std::uint64_t checksum, RunStatus status) {
  write_cell<std::uint64_t>(file_, "/state/checksum", run, checksum);
  write_cell<std::uint8_t>(file_, "/state/status", run, static_cast<std::uint8_t>(status));
}

std::vector<RunStatus> RunTable::read_status() const { return read_status(0, n_runs_); }

std::vector<RunStatus> RunTable::read_status(std::size_t first, std::size_t count) const {
  std::vector<RunStatus> result;
  for (const std::uint8_t code : file_.read<std::uint8_t>("/state/status", {first}, {count}))
    result.push_back(status_of(code));
  return result;
}

int RunTable::read_attempts(std::size_t run) const {
  return read_at<std::int32_t>(file_, "/state/attempts", {run}).front();
}

std::vector<std::int32_t> RunTable::read_ranks() const { return file_.read<std::int32_t>("/state/rank"); }

RunState RunTable::read_state(std::size_t run) const {
  const auto number = [&]<class Value>(const char* dataset, Value) {
    return read_at<Value>(file_, dataset, {run}).front();
  };
  return {status_of(number("/state/status", std::uint8_t())),
          number("/state/attempts", std::int32_t()),
          number("/state/rank", std::int32_t()),
          number("/state/started", double()),
          number("/state/finished", double()),
          number("/state/wall_s", double()),
          number("/state/cpu_s", double()),
          file_.read_text("/state/message", {run}, {1}).front()};
}

std::vector<RunState> RunTable::read_states() const {
  const auto status = read_status();
  const auto attempts = file_.read<std::int32_t>("/state/attempts"), rank = file_.read<std::int32_t>("/state/rank");
  const auto started = file_.read<double>("/state/started"), finished = file_.read<double>("/state/finished");
  const auto wall = file_.read<double>("/state/wall_s"), cpu = file_.read<double>("/state/cpu_s");
  const auto message = file_.read_text("/state/message");
  std::vector<RunState> states;
  for (std::size_t run = 0; run < n_runs_; ++run)
    states.push_back(
        {status[run], attempts[run], rank[run], started[run], finished[run], wall[run], cpu[run], message[run]});
  return states;
}

std::size_t RunTable::rows_per_block() const {
  constexpr std::size_t block_bytes = 4 << 20, most = 4096;
  std::size_t row_bytes = 0;
  for (const auto& dataset : payload_) row_bytes += sizeof(double) * row_volume(dataset);
  return std::clamp<std::size_t>(block_bytes / std::max<std::size_t>(row_bytes, 1), 1, most);
}

/// Looks at the payload of those rows that claim to be finished, neighbours together.
std::vector<std::uint8_t> RunTable::are_finished(std::size_t first, std::size_t count) const {
  std::vector<std::uint8_t> finished(count, 0);
  const auto status = read_status(first, count);
  const auto stored = file_.read<std::uint64_t>("/state/checksum", {first}, {count});
  for (std::size_t begin = 0, end = 0; begin < count; begin = end + 1) {
    for (end = begin; end < count && counts(status[end]);) ++end;
    if (end == begin) continue;
    const auto hashes = checksums(first + begin, std::span(status).subspan(begin, end - begin));
    for (std::size_t row = begin; row < end; ++row) finished[row] = hashes[row - begin] == stored[row];
  }
  return finished;
}

bool RunTable::is_finished(std::size_t run) const { return are_finished(run, 1).front() != 0; }

std::vector<bool> RunTable::finished() const {
  const MPI_Comm comm = file_.communicator();
  const auto rank = static_cast<std::size_t>(rank_of(comm)), n_ranks = static_cast<std::size_t>(size_of(comm));
  const std::size_t n_rows = rows_per_block();
  std::vector<std::uint8_t> flags(n_runs_, 0);
  together(comm, [&] {
    for (std::size_t first = rank * n_rows; first < n_runs_; first += n_ranks * n_rows)
      std::ranges::copy(are_finished(first, std::min(n_rows, n_runs_ - first)),
                        flags.begin() + static_cast<std::ptrdiff_t>(first));
  });
  if (comm != MPI_COMM_NULL)
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, flags.data(), static_cast<int>(n_runs_), MPI_UINT8_T, MPI_MAX, comm),
              "MPI_Allreduce");
  return {flags.begin(), flags.end()};
}

RunResult RunTable::read(std::size_t run) const {
  RunResult result;
  result.status = status_of(read_at<std::uint8_t>(file_, "/state/status", {run}).front());
  result.message = file_.read_text("/state/message", {run}, {1}).front();
  result.wall_seconds = read_at<double>(file_, "/state/wall_s", {run}).front();
  result.cpu_seconds = read_at<double>(file_, "/state/cpu_s", {run}).front();
  for (const auto& path : curves_) {
    auto values = read_at<float>(file_, path, {run});
    if (!may_be_blank(path) || !is_blank(values)) result.curves.push_back({name_of(path), std::move(values)});
  }
  for (std::size_t level = 0; level < levels_.size(); ++level)
    result.snapshots.push_back({read_update(run, level), read_error(run, level), read_representation(run, level),
                                read_parameters(run, level), read_outputs(run, level)});
  result.network = read_network(run);
  if (file_.has(std::string(kConstants))) {
    result.constants = read_at<float>(file_, std::string(kConstants), {run});
    std::erase_if(result.constants, [](float value) { return std::isnan(value); });
  }
  return result;
}

NetworkFacts RunTable::read_network(std::size_t run) const {
  NetworkFacts facts;
  if (!file_.has(std::string(kNetworks) + kNetworkFacts.front())) return facts;
  const auto values = [&](const char* name) { return read_at<float>(file_, std::string(kNetworks) + name, {run}); };
  facts.initial = {static_cast<double>(values("initial_radius")[0]), static_cast<double>(values("initial_norm")[0])};
  const auto mean = values("mean_rate"), silent = values("silent"), saturated = values("saturated");
  const auto rates = [&](std::size_t moment) {
    return RateSummary{static_cast<double>(mean[moment]), static_cast<double>(silent[moment]),
                       static_cast<double>(saturated[moment])};
  };
  facts.start = rates(0);
  facts.end = rates(1);
  return facts;
}

std::vector<float> RunTable::read_curve(std::size_t run, const std::string& curve) const {
  return read_at<float>(file_, "/curves/" + curve, {run});
}

int RunTable::read_update(std::size_t run, std::size_t level) const {
  return read_at<std::int32_t>(file_, "/snapshots/update", {run, level}).front();
}

double RunTable::read_error(std::size_t run, std::size_t level) const {
  return read_at<double>(file_, "/snapshots/error", {run, level}).front();
}

Matrix<float> RunTable::read_representation(std::size_t run, std::size_t level) const {
  if (file_.has(kScores)) return rebuilt_representation(run, level);
  const std::string path = "/snapshots/representation";
  if (!file_.has(path) || read_update(run, level) < 0) return {};
  const Index n_units = read_at<std::int32_t>(file_, "/snapshots/n_units", {run}).front();
  const auto values = read_at<float>(file_, path, {run, level});
  const auto n_samples = static_cast<Index>(file_.extent(path)[2]), padded = static_cast<Index>(file_.extent(path)[3]);
  if (n_units < 0 || n_units > padded) return {};
  return Eigen::Map<const RowMajor>(values.data(), n_samples, padded).leftCols(n_units);
}

Matrix<float> RunTable::rebuilt_representation(std::size_t run, std::size_t level) const {
  const Index n_units = read_at<std::int32_t>(file_, "/snapshots/n_units", {run}).front();
  if (read_update(run, level) < 0 || n_units < 0) return {};
  const auto cut = read_cut(file_, run, level);
  if (!cut) return Matrix<float>::Constant(static_cast<Index>(file_.extent(kScores)[3]), n_units, no_value);
  return rebuilt(*cut).cast<float>();
}

Matrix<float> RunTable::read_outputs(std::size_t run, std::size_t level) const {
  const std::string path = kOutputs;
  if (!file_.has(path) || read_update(run, level) < 0) return {};
  const auto values = read_at<float>(file_, path, {run, level});
  const Extent& extent = file_.extent(path);
  return Eigen::Map<const RowMajor>(values.data(), static_cast<Index>(extent[2]), static_cast<Index>(extent[3]));
}

std::vector<float> RunTable::read_parameters(std::size_t run, std::size_t level) const {
  const std::string path = "/snapshots/parameters";
  if (!file_.has(path) || read_update(run, level) < 0) return {};
  const std::int32_t n_parameters = read_at<std::int32_t>(file_, "/snapshots/n_parameters", {run}).front();
  auto values = read_at<float>(file_, path, {run, level});
  if (n_parameters < 0 || static_cast<std::size_t>(n_parameters) > values.size()) return {};
  values.resize(static_cast<std::size_t>(n_parameters));
  return values;
}

RunTable::Row RunTable::cut_row(const CutRows& cut, const std::string& dataset) {
  if (dataset == kComponents) return cut.n_components();
  if (dataset == kRest) return cut.rest();
  return cut.numbers(dataset);
}

std::optional<CutRepresentation> RunTable::read_cut_representation(std::size_t run, std::size_t level) const {
  if (!file_.has(kScores) || read_update(run, level) < 0) return std::nullopt;
  return read_cut(file_, run, level);
}

RunTable::Row RunTable::row_of(const std::string& dataset, const RunResult& result) const {
  if (dataset == kConstants) return constants_row(result);
  if (dataset.starts_with("/curves/")) return curve_row(dataset, result);
  if (dataset.starts_with(kNetworks)) return fact_row(dataset, result.network);
  if (dataset == "/snapshots/representation") return samples_row(dataset, result, &Snapshot::representation);
  if (dataset == kOutputs) return samples_row(dataset, result, &Snapshot::outputs);
  if (dataset == "/snapshots/parameters") return parameters_row(result);
  if (dataset == "/snapshots/error") {
    std::vector<double> errors(levels_.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t level = 0; level < result.snapshots.size(); ++level)
      if (result.snapshots[level].update >= 0) errors[level] = result.snapshots[level].error;
    return errors;
  }
  std::vector<std::int32_t> numbers(row_volume(dataset), -1);
  for (std::size_t level = 0; level < result.snapshots.size(); ++level) {
    const Snapshot& snapshot = result.snapshots[level];
    if (snapshot.update < 0) continue;
    if (dataset == "/snapshots/update") numbers[level] = snapshot.update;
    if (dataset == "/snapshots/n_units") numbers[0] = static_cast<std::int32_t>(snapshot.representation.cols());
    if (dataset == "/snapshots/n_parameters") numbers[0] = static_cast<std::int32_t>(snapshot.parameters.size());
  }
  return numbers;
}

RunTable::Row RunTable::curve_row(const std::string& dataset, const RunResult& result) const {
  std::vector<float> row(row_volume(dataset), no_value);
  for (const auto& curve : result.curves) {
    if (curve.name != name_of(dataset)) continue;
    expects(curve.values.size() <= row.size(), "curves no longer than the file's");
    std::copy(curve.values.begin(), curve.values.end(), row.begin());
  }
  return row;
}

RunTable::Row RunTable::samples_row(const std::string& dataset, const RunResult& result,
                                    Matrix<float> Snapshot::*samples) const {
  const Extent& extent = file_.extent(dataset);
  const std::size_t n_samples = extent[2], padded = extent[3];
  std::vector<float> row(row_volume(dataset), no_value);
  for (std::size_t level = 0; level < result.snapshots.size(); ++level) {
    const auto& values = result.snapshots[level].*samples;
    if (result.snapshots[level].update < 0 || values.size() == 0) continue;
    expects(static_cast<std::size_t>(values.rows()) == n_samples && static_cast<std::size_t>(values.cols()) <= padded,
            "values of the file's size at every sample");
    for (Index sample = 0; sample < values.rows(); ++sample)
      for (Index unit = 0; unit < values.cols(); ++unit)
        row[(level * n_samples + static_cast<std::size_t>(sample)) * padded + static_cast<std::size_t>(unit)] =
            values(sample, unit);
  }
  return row;
}

RunTable::Row RunTable::parameters_row(const RunResult& result) const {
  const std::size_t padded = file_.extent("/snapshots/parameters")[2];
  std::vector<float> row(levels_.size() * padded, no_value);
  for (std::size_t level = 0; level < result.snapshots.size(); ++level) {
    if (result.snapshots[level].update < 0) continue;
    const auto& values = result.snapshots[level].parameters;
    expects(values.size() <= padded, "no more parameters than the file has room for");
    std::copy(values.begin(), values.end(), row.begin() + static_cast<std::ptrdiff_t>(level * padded));
  }
  return row;
}

RunTable::Row RunTable::constants_row(const RunResult& result) const {
  std::vector<float> row(row_volume(std::string(kConstants)), no_value);
  expects(result.constants.size() <= row.size(), "no more constants than the file has room for");
  std::ranges::copy(result.constants, row.begin());
  return row;
}

RunTable::Row RunTable::read_rows(const std::string& dataset, std::size_t first, std::size_t count) const {
  Extent start(file_.extent(dataset).size(), 0), size = file_.extent(dataset);
  start[0] = first;
  size[0] = count;
  if (is_double(dataset)) return file_.read<double>(dataset, start, size);
  if (is_integer(dataset)) return file_.read<std::int32_t>(dataset, start, size);
  return file_.read<float>(dataset, start, size);
}

void RunTable::write_row(const std::string& dataset, std::size_t run, const Row& row) {
  const auto [start, count] = block_at(file_.extent(dataset), {run});
  std::visit(
      [&, &from = start, &size = count](const auto& values) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        file_.write<Value>(dataset, from, size, values);
      },
      row);
}

std::vector<std::uint64_t> RunTable::checksums(std::size_t first, std::span<const RunStatus> status) const {
  std::vector<std::uint64_t> hashes;
  for (const RunStatus one : status) hashes.push_back(static_cast<std::uint64_t>(one));
  for (const auto& dataset : payload_) {
    const Row rows = read_rows(dataset, first, status.size());
    const std::size_t width = row_volume(dataset);
    std::visit(
        [&](const auto& values) {
          for (std::size_t row = 0; row < hashes.size(); ++row)
            hashes[row] = extended(hashes[row], dataset, std::span(values).subspan(row * width, width));
        },
        rows);
  }
  return hashes;
}

std::size_t RunTable::row_volume(const std::string& dataset) const { return volume(file_.extent(dataset)) / n_runs_; }

}  // namespace cohort
