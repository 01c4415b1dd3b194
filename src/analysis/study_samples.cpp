#include <cohort/analysis/study_samples.hpp>

#include <cohort/analysis/analysis.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/similarity/cut_representation.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

namespace cohort {

StudySamples::StudySamples(const Study& study, const Design& design)
    : distance_type_(study.similarity.float32 ? ValueType::f32 : ValueType::f64),
      tolerance_(study.similarity.tolerance),
      tolerance_of_store_(study.snapshots.is_compressed ? study.snapshots.tolerance : 0),
      n_runs_(design.size()),
      levels_(study.snapshots.labels()) {
  const TaskInfo info = shared_task(study.task)->info();
  n_conditions_ = static_cast<Index>(info.conditions.size());
  n_samples_ = n_conditions_ * info.n_sample_steps;
  if (n_conditions_ >= 2) folds_.emplace(n_conditions_, info.n_sample_steps);
  std::vector<Index> units(study.levels[static_cast<int>(Factor::architecture)].size());
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture))
    units[static_cast<std::size_t>(design.level(run, Factor::architecture))] = network_size(study, design[run]).n_units;
  std::vector<std::vector<Index>> layers;
  if (!study.similarity.layers.empty())
    for (const FactorLevel& level : study.levels[static_cast<int>(Factor::architecture)])
      layers.push_back(architecture_shape(level.variant, info.n_inputs, info.n_outputs).traits.layer_units);
  layer_units_ = [layers, &design](std::size_t run) {
    return layers.empty() ? std::vector<Index>()
                          : layers[static_cast<std::size_t>(design.level(run, Factor::architecture))];
  };
  n_units_ = [units, &design](std::size_t run) {
    return units[static_cast<std::size_t>(design.level(run, Factor::architecture))];
  };
  key_ = [&design](std::size_t run) { return design[run].key; };
  draw_pairs(study.similarity.pairs);
}

namespace {

/// Units of each layer of each architecture of a file, see /architectures/unit_layer.
std::vector<std::vector<Index>> stored_layer_units(ResultsFile& file) {
  const std::string path = "/architectures/unit_layer";
  std::vector<std::vector<Index>> layers;
  if (!file.has(path)) return layers;
  const Extent extent = file.extent(path);
  const auto of_unit = file.read<std::int32_t>(path);
  layers.resize(extent[0]);
  for (std::size_t i = 0; i < of_unit.size(); ++i) {
    if (of_unit[i] < 1) continue;
    std::vector<Index>& units = layers[i / extent[1]];
    units.resize(std::max(units.size(), static_cast<std::size_t>(of_unit[i])));
    ++units[static_cast<std::size_t>(of_unit[i] - 1)];
  }
  return layers;
}

}  // namespace

StudySamples::StudySamples(ResultsFile& file, const SimilarityOptions& similarity)
    : n_samples_(static_cast<Index>(file.extent("/snapshots/condition").front())),
      distance_type_(similarity.float32 ? ValueType::f32 : ValueType::f64),
      tolerance_(similarity.tolerance),
      tolerance_of_store_(0),
      n_runs_(file.extent("/design/key").front()),
      levels_(file.read_text("/snapshots/level")) {
  n_conditions_ = file.read<std::int32_t>("/snapshots/condition").back() + 1;
  if (n_conditions_ >= 2) folds_.emplace(n_conditions_, n_samples_ / n_conditions_);
  // Rows of runs that are not finished do not say it.
  const bool is_compressed = file.has("/snapshots/scores");
  if (is_compressed) tolerance_of_store_ = std::stod(file.attribute("/snapshots/scores", "tolerance"));
  const auto most =
      static_cast<Index>(file.extent(is_compressed ? "/snapshots/loadings" : "/snapshots/representation").back());
  n_units_ = [units = file.read<std::int32_t>("/snapshots/n_units"), most](std::size_t run) {
    return units[run] > 0 ? Index{units[run]} : most;
  };
  layer_units_ = [layers = stored_layer_units(file),
                  architectures = file.read<std::int32_t>("/design/architecture")](std::size_t run) {
    return layers.empty() ? std::vector<Index>() : layers[static_cast<std::size_t>(architectures[run])];
  };
  key_ = [keys = file.read_text("/design/key")](std::size_t run) { return keys[run]; };
  draw_pairs(similarity.pairs);
}

void StudySamples::draw_pairs(const PairChoice& choice) {
  if (choice.kind != PairChoice::Kind::sample) return;
  std::vector<std::string> keys;
  keys.reserve(n_runs_);
  for (std::size_t run = 0; run < n_runs_; ++run) keys.push_back(key_(run));
  drawn_pairs_ = cohort::drawn_pairs(keys, choice.n);
}

namespace {

constexpr double kPrecision = std::numeric_limits<float>::epsilon();  // of stored representations

}  // namespace

Comparability StudySamples::comparability(const FinishedRuns& runs, std::size_t run, std::size_t level) const {
  if (runs.checksum(run) == 0) return Comparability::unknown;
  const MatrixXd values = runs.representation(run, level).cast<double>();
  return values.size() == 0 ? Comparability::level_not_reached : Representation::comparability(values, kPrecision);
}

std::optional<Representation> StudySamples::representation(std::optional<LayerChoice> layer, const FinishedRuns& runs,
                                                           std::size_t run, std::size_t level) const {
  MatrixXd values = runs.representation(run, level).cast<double>();
  if (layer && values.size() > 0) {
    std::vector<Index> units = layer_units_(run);
    if (units.empty()) units = {values.cols()};
    const auto chosen = chosen_layer(*layer, units.size());
    if (!chosen) return std::nullopt;
    const Index first = std::accumulate(units.begin(), units.begin() + static_cast<std::ptrdiff_t>(*chosen), Index{0});
    values = values.middleCols(first, units[*chosen]).eval();
  }
  if (values.size() == 0 || Representation::comparability(values, kPrecision) != Comparability::comparable)
    return std::nullopt;
  return Representation(values, n_conditions_, fmt::format("run {}", run), kPrecision);
}

std::unique_ptr<PreparedRepresentation> StudySamples::prepare(const NamedMeasure& measure, const FinishedRuns& runs,
                                                              std::size_t run, std::size_t level) const {
  if (measure.tolerance() > 0 && !measure.layer())
    if (const auto stored = runs.cut_representation(run, level)) return prepare_stored(measure, *stored, run);
  const auto own = representation(measure.layer(), runs, run, level);
  if (!own) return nullptr;
  if (measure.tolerance() == 0) return measure->prepare(*own);
  const std::uint64_t how = std::bit_cast<std::uint64_t>(measure.tolerance()) ^
                            (measure.layer() ? hash64(fmt::format("layer {}", *measure.layer())) : 0);
  const auto scores =
      scores_.get({runs.checksum(run), level, how}, [&] { return cut(own->values(), measure.tolerance()).scores; });
  return measure->prepare(Representation(*scores, n_conditions_, own->name(), kPrecision));
}

std::unique_ptr<PreparedRepresentation> StudySamples::prepare_stored(const NamedMeasure& measure,
                                                                     const CutRepresentation& stored,
                                                                     std::size_t run) const {
  const double means = stored.means.norm() * std::sqrt(static_cast<double>(n_samples_)), varying = stored.scores.norm();
  // As the whole would be judged, without rebuilding it.
  if (stored.scores.size() == 0 || varying <= 16 * kPrecision * std::hypot(means, varying)) return nullptr;
  // What was cut at the tolerance, or wider for lack of components, is not cut again.
  const bool is_cut = measure.tolerance() <= stored.rest || measure.tolerance() <= tolerance_of_store_;
  MatrixXd scores = is_cut ? stored.scores : cut(stored.scores, measure.tolerance()).scores;
  return measure->prepare(Representation(std::move(scores), n_conditions_, fmt::format("run {}", run), kPrecision));
}

MeasureContext StudySamples::context(const Measure& measure, const std::string& variant, std::size_t level,
                                     std::uint64_t a, std::uint64_t b, const StopCheck& stop) const {
  MeasureContext context;
  context.stop = stop;
  if (measure.traits().needs_folds && folds_) context.folds = &*folds_;
  if (!measure.traits().needs_stream) return context;
  std::array<std::uint64_t, 2> both{a, b};
  if (measure.traits().is_symmetric && b < a) std::swap(both[0], both[1]);
  context.stream = RandomStream("measure", variant + "\n" + levels_[level], hash64(std::as_bytes(std::span(both))));
  return context;
}

Schema StudySamples::dimensions() const {
  Schema schema;
  schema.dimensions = {labelled("level", levels_, "matched level at which the snapshot was taken"),
                       {"run", n_runs(), "number of the run"}};
  return schema;
}

}  // namespace cohort
