#include <cohort/analysis/run_distances.hpp>

#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace cohort {
namespace {

constexpr const char* kReason = "_reason";

}  // namespace

Description RunDistances::description() {
  Description d;
  d.name = "run_distances";
  d.summary = "distance of every pair of runs at every matched level; [similarity] measures";
  d.equation = "/similarity/<measure> [level, run, other_run]";
  d.version = 2;  // what varies by rounding of single precision alone is not compared
  return d;
}

AnalysisList RunDistances::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  for (const std::string& measure : inputs.study.similarity.measures)
    list.push_back(std::make_unique<RunDistances>(inputs.samples, NamedMeasure(measure)));
  return list;
}

RunDistances::RunDistances(const StudySamples& samples, NamedMeasure measure)
    : samples_(samples),
      measure_(std::move(measure)),
      name_(measure_.name()),
      path_("/" + name_),
      version_(version(measure_, samples.distance_type())),
      n_tiles_((samples.n_runs() + tile_size - 1) / tile_size) {}

std::uint64_t RunDistances::version(const NamedMeasure& measure, ValueType type) {
  return hash64(fmt::format("version {}{}", description().version, type == ValueType::f32 ? " in float32" : ""),
                measure.version());
}

std::vector<std::string> RunDistances::suffixes() const {
  if (measure_->traits().has_interval) return {"", "_low", "_high"};
  return {""};
}

Schema RunDistances::datasets() const {
  Schema schema = samples_.dimensions();
  schema.dimensions.push_back({"other_run", samples_.n_runs(), "number of the run it is compared with"});
  const std::vector<std::string> axes{"level", "run", "other_run"};
  const DatasetInfo made_from = made_from_dataset(path_ + "_made_from", axes);
  for (const std::string& suffix : suffixes()) {
    const std::string what = suffix.empty() ? "distance between two runs" : suffix.substr(1) + " end of its interval";
    schema.datasets.push_back(measure_.dataset(path_ + suffix, samples_.distance_type(), axes, what));
    schema.datasets.back().made_from = made_from.path;
  }
  if (measure_->traits().has_reasons) {
    schema.datasets.push_back(measure_.reasons(path_, axes));
    schema.datasets.back().made_from = made_from.path;
  }
  schema.datasets.push_back(made_from);
  return schema;
}

std::size_t RunDistances::n_items() const {
  const std::size_t per_level = measure_->traits().is_symmetric ? n_tiles_ * (n_tiles_ + 1) / 2 : n_tiles_ * n_tiles_;
  return samples_.levels().size() * per_level;
}

RunDistances::Tile RunDistances::tile(std::size_t item) const {
  const std::size_t n_levels = samples_.levels().size();
  std::size_t row = 0, col = item / n_levels;
  if (measure_->traits().is_symmetric) {  // rows of the upper triangle: n, n - 1, ...
    for (; col >= n_tiles_ - row; ++row) col -= n_tiles_ - row;
    col += row;
  } else {
    row = col / n_tiles_;
    col %= n_tiles_;
  }
  const auto end = [&](std::size_t side) { return std::min(samples_.n_runs(), (side + 1) * tile_size); };
  return {item % n_levels, row * tile_size, end(row),
          col * tile_size, end(col),        measure_->traits().is_symmetric && row != col};
}

std::string RunDistances::item_name(std::size_t item) const {
  const Tile t = tile(item);
  return fmt::format("runs {}..{} x {}..{} at {}", t.first_row, t.last_row - 1, t.first_col, t.last_col - 1,
                     samples_.levels()[t.level]);
}

double RunDistances::cost(std::size_t item) const {
  const Tile t = tile(item);
  double flops = 0;
  for (std::size_t row = t.first_row; row < t.last_row; ++row)
    for (std::size_t col = t.first_col; col < t.last_col; ++col)
      flops += measure_->comparison_flops(samples_.n_samples(), samples_.n_units(row), samples_.n_units(col));
  return t.is_diagonal() && measure_->traits().is_symmetric ? flops / 2 : flops;
}

BlockPlace RunDistances::place(const Tile& t, const std::string& dataset, ValueType type) const {
  return {dataset, type, {t.level, t.first_row, t.first_col}, {1, t.n_rows(), t.n_cols()}};
}

BlockPlace RunDistances::mirrored_place(const Tile& t, const std::string& dataset, ValueType type) const {
  return {dataset, type, {t.level, t.first_col, t.first_row}, {1, t.n_cols(), t.n_rows()}};
}

std::vector<BlockPlace> RunDistances::places(std::size_t item) const {
  const Tile t = tile(item);
  std::vector<BlockPlace> places;
  const ValueType type = samples_.distance_type();
  const bool has_reasons = measure_->traits().has_reasons;
  for (const std::string& suffix : suffixes()) places.push_back(place(t, path_ + suffix, type));
  if (has_reasons) places.push_back(place(t, path_ + kReason, ValueType::u8));
  if (!t.is_mirrored) return places;
  for (const std::string& suffix : suffixes()) places.push_back(mirrored_place(t, path_ + suffix, type));
  if (has_reasons) places.push_back(mirrored_place(t, path_ + kReason, ValueType::u8));
  return places;
}

std::vector<BlockPlace> RunDistances::made_from_places(std::size_t item) const {
  const Tile t = tile(item);
  std::vector<BlockPlace> places{place(t, path_ + "_made_from", ValueType::u64)};
  if (t.is_mirrored) places.push_back(mirrored_place(t, path_ + "_made_from", ValueType::u64));
  return places;
}

std::uint64_t RunDistances::pair_made_from(std::uint64_t a, std::uint64_t b, std::uint64_t version) {
  if (a == 0 || b == 0) return 0;
  const std::array<std::uint64_t, 2> both{a, b};
  return std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(both)), version));
}

std::vector<std::uint64_t> RunDistances::made_from(std::size_t item, const FinishedRuns& runs) const {
  const Tile t = tile(item);
  std::vector<std::uint64_t> numbers;
  for (std::size_t row = t.first_row; row < t.last_row; ++row)
    for (std::size_t col = t.first_col; col < t.last_col; ++col)
      numbers.push_back(pair_made_from(runs.checksum(row), runs.checksum(col), version_));
  if (!t.is_mirrored) return numbers;
  for (std::size_t row = t.first_col; row < t.last_col; ++row)
    for (std::size_t col = t.first_row; col < t.last_row; ++col)
      numbers.push_back(pair_made_from(runs.checksum(row), runs.checksum(col), version_));
  return numbers;
}

std::vector<RunDistances::Pair> RunDistances::open_pairs(const Tile& t, const std::vector<bool>& stale) const {
  const std::size_t n_rows = t.n_rows(), n_cols = t.n_cols();
  std::vector<Pair> open;
  for (std::size_t i = 0; i < n_rows; ++i) {
    for (std::size_t j = is_folded(t) ? i : 0; j < n_cols; ++j) {
      const bool is_open = stale[i * n_cols + j] || (is_folded(t) && stale[j * n_cols + i]) ||
                           (t.is_mirrored && stale[n_rows * n_cols + j * n_rows + i]);
      if (is_open) open.push_back({i, j});
    }
  }
  return open;
}

void RunDistances::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale,
                           const StopCheck& stop, ItemValues& values) const {
  const Tile t = tile(item);
  const std::vector<Pair> open = open_pairs(t, stale);
  std::map<std::size_t, std::unique_ptr<PreparedRepresentation>> prepared;  // null: nothing to compare
  for (const Pair& pair : open) {
    for (const std::size_t run : {t.first_row + pair.row, t.first_col + pair.col}) {
      if (prepared.contains(run)) continue;
      ask(stop);
      prepared[run] = samples_.prepare(*measure_, runs, run, t.level);
    }
  }
  const std::size_t n_values = suffixes().size(), n_blocks = n_values + (measure_->traits().has_reasons ? 1 : 0);
  const auto put_one = [&](std::size_t block, std::size_t index, double value) {
    if (samples_.distance_type() == ValueType::f32)
      values.block<float>(block)[index] = static_cast<float>(value);
    else
      values.block<double>(block)[index] = value;
  };
  const auto put = [&](std::size_t first_block, std::size_t index, const MeasureValue& distance) {
    put_one(first_block, index, distance.value);
    if (n_blocks > n_values)
      values.block<std::uint8_t>(first_block + n_values)[index] = static_cast<std::uint8_t>(distance.reason);
    if (n_values == 1) return;
    put_one(first_block + 1, index, distance.interval.value().low);
    put_one(first_block + 2, index, distance.interval.value().high);
  };
  for (const auto& [i, j] : open) {
    ask(stop);
    MeasureValue distance = no_value();
    const auto &row = prepared[t.first_row + i], &col = prepared[t.first_col + j];
    if (row && col) {
      const std::uint64_t a = runs.checksum(t.first_row + i), b = runs.checksum(t.first_col + j);
      const MeasureContext context = samples_.context(*measure_, measure_.variant(), t.level, a, b, stop);
      distance = measure_->compare(*row, *col, context);
    }
    put(0, i * t.n_cols() + j, distance);
    if (is_folded(t)) put(0, j * t.n_cols() + i, distance);
    if (t.is_mirrored) put(n_blocks, j * t.n_rows() + i, distance);
  }
}

}  // namespace cohort
