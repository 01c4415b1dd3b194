#include <cohort/analysis/run_distances.hpp>

#include "distance_datasets.hpp"

#include <cohort/core/hash.hpp>
#include <cohort/study/cost_model.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace cohort {

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
  if (!inputs.study.similarity.pairs.is_all()) return list;
  for (const std::string& measure : compared_measures(inputs.study.similarity))
    list.push_back(std::make_unique<RunDistances>(
        inputs.samples, NamedMeasure(measure).with_tolerance(inputs.study.similarity.tolerance)));
  return list;
}

RunDistances::RunDistances(const StudySamples& samples, NamedMeasure measure)
    : samples_(samples),
      measure_(std::move(measure)),
      name_(measure_.name()),
      path_("/" + name_),
      version_(version(measure_, samples.distance_type())),
      tile_size_(measure_.tolerance() > 0 ? similarity_cut_tile : similarity_tile),
      n_tiles_((samples.n_runs() + tile_size_ - 1) / tile_size_) {}

std::uint64_t RunDistances::version(const NamedMeasure& measure, ValueType type) {
  return hash64(fmt::format("version {}{}", description().version, type == ValueType::f32 ? " in float32" : ""),
                measure.version());
}

Schema RunDistances::datasets() const {
  Schema schema = samples_.dimensions();
  schema.dimensions.push_back({"other_run", samples_.n_runs(), "number of the run it is compared with"});
  const std::vector<std::string> axes{"level", "run", "other_run"};
  DistanceDatasets(measure_, path_, samples_.distance_type()).append_to(schema, axes, axes);
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
  const auto end = [&](std::size_t side) { return std::min(samples_.n_runs(), (side + 1) * tile_size_); };
  return {item % n_levels,  row * tile_size_, end(row),
          col * tile_size_, end(col),         measure_->traits().is_symmetric && row != col};
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

std::vector<BlockPlace> RunDistances::places(std::size_t item) const {
  const Tile t = tile(item);
  const DistanceDatasets datasets(measure_, path_, samples_.distance_type());
  std::vector<BlockPlace> places = datasets.places(t.start(), t.count());
  if (!t.is_mirrored) return places;
  for (BlockPlace& place : datasets.places(t.mirrored_start(), t.mirrored_count())) places.push_back(std::move(place));
  return places;
}

std::vector<BlockPlace> RunDistances::made_from_places(std::size_t item) const {
  const Tile t = tile(item);
  const DistanceDatasets datasets(measure_, path_, samples_.distance_type());
  std::vector<BlockPlace> places{datasets.made_from_place(t.start(), t.count())};
  if (t.is_mirrored) places.push_back(datasets.made_from_place(t.mirrored_start(), t.mirrored_count()));
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
      prepared[run] = samples_.prepare(measure_, runs, run, t.level);
    }
  }
  const DistanceDatasets datasets(measure_, path_, samples_.distance_type());
  const auto put = [&](const Pair& pair, const MeasureValue& distance) {
    const auto& [i, j] = pair;
    datasets.put(values, 0, i * t.n_cols() + j, distance);
    if (is_folded(t)) datasets.put(values, 0, j * t.n_cols() + i, distance);
    if (t.is_mirrored) datasets.put(values, datasets.n_blocks(), j * t.n_rows() + i, distance);
  };
  std::vector<Pair> comparable;
  std::vector<PreparedPair> pairs;
  for (const Pair& pair : open) {
    const auto &row = prepared[t.first_row + pair.row], &col = prepared[t.first_col + pair.col];
    if (!row || !col) {
      put(pair, no_value());
      continue;
    }
    comparable.push_back(pair);
    pairs.push_back({row.get(), col.get()});
  }
  if (measure_->compares_together()) {
    std::vector<MeasureValue> distances(pairs.size());
    measure_->compare_all(pairs, stop, distances);
    for (std::size_t k = 0; k < pairs.size(); ++k) put(comparable[k], distances[k]);
    return;
  }
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    ask(stop);
    const std::uint64_t a = runs.checksum(t.first_row + comparable[k].row);
    const std::uint64_t b = runs.checksum(t.first_col + comparable[k].col);
    const MeasureContext context = samples_.context(*measure_, measure_.variant(), t.level, a, b, stop);
    put(comparable[k], measure_->compare(*pairs[k].a, *pairs[k].b, context));
  }
}

std::vector<std::string> RunDistances::warnings() const {
  if (samples_.tolerance() == 0 || measure_.tolerance() > 0) return {};
  return {fmt::format("{} compares whole representations: what a tolerance of {} leaves out could count there", name_,
                      samples_.tolerance())};
}

}  // namespace cohort
