#include <cohort/analysis/run_embedding.hpp>

#include "stored_distances.hpp"

#include <cohort/analysis/run_distances.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/similarity/classical_scaling.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

namespace cohort {
namespace {

constexpr std::size_t kCoordinates = 2;

}  // namespace

Description RunEmbedding::description() {
  Description d;
  d.name = "run_embedding";
  d.summary = "two coordinates of every run from the distances at every matched level; [effects] distances";
  d.equation = "/similarity/<measure>_embedding [level, run, coordinate]";
  d.reference = "Torgerson 1952, doi:10.1007/BF02288916";
  return d;
}

AnalysisList RunEmbedding::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (!inputs.study.effects.distances || inputs.samples.n_runs() > most_runs) return list;
  for (const std::string& variant : compared_measures(inputs.study.similarity))
    if (const NamedMeasure measure(variant); measure->traits().is_symmetric)
      list.push_back(
          std::make_unique<RunEmbedding>(inputs.samples, measure.with_tolerance(inputs.study.similarity.tolerance)));
  return list;
}

RunEmbedding::RunEmbedding(const StudySamples& samples, NamedMeasure measure)
    : samples_(samples), measure_(std::move(measure)), name_(measure_.name() + "_embedding"), path_("/" + name_) {}

Schema RunEmbedding::datasets() const {
  Schema schema = samples_.dimensions();
  schema.dimensions.push_back({"coordinate", kCoordinates, "coordinate of the embedding, by falling share"});
  const DatasetInfo made_from = made_from_dataset(path_ + "_made_from", {"level"});
  const std::string what = measure_.variant() + " embedding of the runs";
  schema.datasets = {{path_, ValueType::f64, {"level", "run", "coordinate"}, "1", what},
                     {path_ + "_share",
                      ValueType::f64,
                      {"level", "coordinate"},
                      "1",
                      what + ": share of the sum of squared distances that the coordinate keeps"}};
  for (DatasetInfo& info : schema.datasets) {
    info.comment = "classical multidimensional scaling; the entry of largest modulus of each coordinate is positive";
    info.made_from = made_from.path;
  }
  schema.datasets.push_back(made_from);
  return schema;
}

double RunEmbedding::cost(std::size_t) const {
  const auto n = static_cast<double>(samples_.n_runs());
  return 1000 + 100 * n * n + 10 * std::min(n, 512.0) * std::min(n, 512.0) * std::min(n, 512.0);
}

std::vector<BlockPlace> RunEmbedding::places(std::size_t item) const {
  return {{path_, ValueType::f64, {item, 0, 0}, {1, samples_.n_runs(), kCoordinates}},
          {path_ + "_share", ValueType::f64, {item, 0}, {1, kCoordinates}}};
}

std::vector<BlockPlace> RunEmbedding::made_from_places(std::size_t item) const {
  return {{path_ + "_made_from", ValueType::u64, {item}, {1}}};
}

std::vector<std::uint64_t> RunEmbedding::made_from(std::size_t item, const FinishedRuns& runs) const {
  std::vector<std::uint64_t> checksums;
  for (std::size_t run = 0; run < runs.size(); ++run) checksums.push_back(runs.checksum(run));
  if (std::all_of(checksums.begin(), checksums.end(), [](auto sum) { return sum == 0; })) return {0};
  const std::uint64_t version = hash64(fmt::format("embedding {} {}", description().version, samples_.levels()[item]),
                                       RunDistances::version(measure_, samples_.distance_type()));
  return {std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span<const std::uint64_t>(checksums)), version))};
}

void RunEmbedding::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>&, const StopCheck& stop,
                           ItemValues& values) const {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto coordinates = values.block<double>(0), shares = values.block<double>(1);
  std::ranges::fill(coordinates, nan);
  std::ranges::fill(shares, nan);
  if (made_from(item, runs).front() == 0) return;
  const std::vector<bool> comparable = comparable_runs(runs, item);
  std::vector<std::size_t> selected;
  for (std::size_t run = 0; run < comparable.size(); ++run)
    if (comparable[run]) selected.push_back(run);
  const StoredDistances distances(runs, measure_, samples_.distance_type(), item, selected, stop);
  if (selected.size() < 2) return;
  try {
    const ClassicalScaling scaling = classical_scaling(distances, kCoordinates, stop);
    for (std::size_t axis = 0; axis < kCoordinates; ++axis) {
      const auto column = static_cast<Index>(axis);
      shares[axis] = scaling.shares[column];
      for (std::size_t i = 0; i < selected.size(); ++i)
        coordinates[selected[i] * kCoordinates + axis] = scaling.coordinates(static_cast<Index>(i), column);
    }
  } catch (const UndefinedDistance&) {  // there is no map
  }
}

}  // namespace cohort
