#include <cohort/analysis/run_distances.hpp>

#include <cohort/core/dataset_name.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/similarity/measures.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace cohort {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

using Prepared = std::vector<std::unique_ptr<PreparedRepresentation>>;  // null where there is nothing to compare

}  // namespace

Description RunDistances::description() {
  Description d;
  d.name = "run_distances";
  d.summary = "distance of every pair of runs at every matched level; [similarity] measures";
  d.equation = "/similarity/<measure> [level, run, other_run]";
  return d;
}

AnalysisList RunDistances::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  for (const std::string& measure : inputs.study.similarity.measures)
    list.push_back(std::make_unique<RunDistances>(inputs.samples, measure));
  return list;
}

RunDistances::RunDistances(const StudySamples& samples, const std::string& measure)
    : samples_(samples),
      measure_(measures().make(measure)),
      variant_(measure),
      name_("similarity/" + dataset_name(measure)),
      path_("/" + name_),
      n_tiles_((samples.n_runs() + tile_size - 1) / tile_size) {
  const Catalogue& catalogue = measures().catalogue();
  measure_hash_ = hash64(catalogue.versioned(catalogue.parse(measure)));
}

Schema RunDistances::datasets() const {
  Schema schema = samples_.dimensions();
  schema.dimensions.push_back({"other_run", samples_.n_runs(), "number of the run it is compared with"});
  const std::vector<std::string> axes{"level", "run", "other_run"};
  const DatasetInfo made_from = made_from_dataset(path_ + "_made_from", axes);
  for (const auto& [suffix, units, remark] :
       {std::array<std::string, 3>{"", measure_->traits().units, ""}, {"_normalized", "1", ", normalized"}}) {
    schema.datasets.push_back({path_ + suffix, ValueType::f64, axes, units,
                               fmt::format("{}: distance between two runs{}", variant_, remark)});
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
  std::vector<BlockPlace> places{place(t, path_, ValueType::f64), place(t, path_ + "_normalized", ValueType::f64)};
  if (t.is_mirrored)
    for (const auto& dataset : {path_, path_ + "_normalized"})
      places.push_back(mirrored_place(t, dataset, ValueType::f64));
  return places;
}

std::vector<BlockPlace> RunDistances::made_from_places(std::size_t item) const {
  const Tile t = tile(item);
  std::vector<BlockPlace> places{place(t, path_ + "_made_from", ValueType::u64)};
  if (t.is_mirrored) places.push_back(mirrored_place(t, path_ + "_made_from", ValueType::u64));
  return places;
}

std::uint64_t RunDistances::pair_made_from(std::uint64_t a, std::uint64_t b) const {
  if (a == 0 || b == 0) return 0;
  const std::array<std::uint64_t, 2> both{a, b};
  return std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(both)), measure_hash_));
}

std::vector<std::uint64_t> RunDistances::made_from(std::size_t item, const FinishedRuns& runs) const {
  const Tile t = tile(item);
  std::vector<std::uint64_t> numbers;
  for (std::size_t row = t.first_row; row < t.last_row; ++row)
    for (std::size_t col = t.first_col; col < t.last_col; ++col)
      numbers.push_back(pair_made_from(runs.checksum(row), runs.checksum(col)));
  if (!t.is_mirrored) return numbers;
  for (std::size_t row = t.first_col; row < t.last_col; ++row)
    for (std::size_t col = t.first_row; col < t.last_row; ++col)
      numbers.push_back(pair_made_from(runs.checksum(row), runs.checksum(col)));
  return numbers;
}

void RunDistances::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale,
                           const StopCheck& stop, ItemValues& values) const {
  const Tile t = tile(item);
  const auto prepare = [&](std::size_t first, std::size_t last) {
    Prepared prepared;
    for (std::size_t run = first; run < last; ++run) {
      ask(stop);
      prepared.push_back(samples_.prepare(*measure_, runs, run, t.level));
    }
    return prepared;
  };
  const Prepared rows = prepare(t.first_row, t.last_row);
  const Prepared other = t.is_diagonal() ? Prepared() : prepare(t.first_col, t.last_col);
  const Prepared& cols = t.is_diagonal() ? rows : other;

  const bool is_folded = t.is_diagonal() && measure_->traits().is_symmetric;  // one triangle fills the other
  const std::size_t n_rows = t.n_rows(), n_cols = t.n_cols();
  const auto at = [&](std::size_t i, std::size_t j) { return i * n_cols + j; };
  const auto put = [&](std::size_t block, std::size_t index, double distance) {
    values.block<double>(block)[index] = distance;
    values.block<double>(block + 1)[index] = measure_->normalized(distance);
  };
  for (std::size_t i = 0; i < n_rows; ++i) {
    for (std::size_t j = is_folded ? i : 0; j < n_cols; ++j) {
      const std::size_t mirror = j * n_rows + i;
      const bool holds =
          !stale[at(i, j)] && !(t.is_mirrored && stale[n_rows * n_cols + mirror]) && !(is_folded && stale[at(j, i)]);
      if (holds) continue;
      ask(stop);
      double distance = kNaN;
      if (rows[i] && cols[j]) {
        const std::uint64_t a = runs.checksum(t.first_row + i), b = runs.checksum(t.first_col + j);
        const MeasureContext context = samples_.context(*measure_, variant_, t.level, a, b, stop);
        distance = measure_->compare(*rows[i], *cols[j], context).value;
      }
      put(0, at(i, j), distance);
      if (is_folded) put(0, at(j, i), distance);
      if (t.is_mirrored) put(2, mirror, distance);
    }
  }
}

}  // namespace cohort
