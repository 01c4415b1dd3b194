#include <cohort/analysis/run_geometry.hpp>

#include <cohort/core/hash.hpp>
#include <cohort/similarity/participation_ratio.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

namespace cohort {
namespace {

const std::string kPath = "/similarity/participation_ratio", kMadeFrom = "/similarity/geometry_made_from";

}  // namespace

Description RunGeometry::description() {
  Description d;
  d.name = "run_geometry";
  d.summary = "participation ratio of every network's representation at each matched level; [effects] responses";
  d.equation = "(Σλ)² / Σλ²; " + kPath + " [run, level]";
  d.reference = "Gao et al. 2017, doi:10.1101/214262";
  return d;
}

AnalysisList RunGeometry::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  const auto& responses = inputs.study.effects.responses;
  const bool is_asked = std::count(responses.begin(), responses.end(), "participation_ratio") > 0;
  if (is_asked && !inputs.study.similarity.measures.empty())
    list.push_back(std::make_unique<RunGeometry>(inputs.samples));
  return list;
}

std::size_t RunGeometry::last(std::size_t item) const {
  return std::min(samples_.n_runs(), first(item) + runs_per_item);
}

Schema RunGeometry::datasets() const {
  Schema schema = samples_.dimensions();
  DatasetInfo info{kPath, ValueType::f64, {"run", "level"}, "1", "participation ratio of the representation"};
  info.comment = "(sum of l)^2 / sum of l^2 over the eigenvalues l of the covariance of the units";
  info.made_from = kMadeFrom;
  schema.datasets = {info, made_from_dataset(kMadeFrom, {"run"})};
  return schema;
}

std::string RunGeometry::item_name(std::size_t item) const {
  return fmt::format("runs {}..{}", first(item), last(item) - 1);
}

double RunGeometry::cost(std::size_t item) const {
  double flops = 0;
  for (std::size_t run = first(item); run < last(item); ++run) {
    const auto units = static_cast<double>(samples_.n_units(run));
    flops += 2 * static_cast<double>(samples_.n_samples()) * units * units;
  }
  return flops * static_cast<double>(samples_.levels().size());
}

std::vector<BlockPlace> RunGeometry::places(std::size_t item) const {
  return {{kPath, ValueType::f64, {first(item), 0}, {last(item) - first(item), samples_.levels().size()}}};
}

std::vector<BlockPlace> RunGeometry::made_from_places(std::size_t item) const {
  return {{kMadeFrom, ValueType::u64, {first(item)}, {last(item) - first(item)}}};
}

std::vector<std::uint64_t> RunGeometry::made_from(std::size_t item, const FinishedRuns& runs) const {
  std::vector<std::uint64_t> numbers;
  const std::uint64_t version = hash64(fmt::format("geometry {}", description().version));
  for (std::size_t run = first(item); run < last(item); ++run) {
    const std::uint64_t checksum = runs.checksum(run);
    const std::uint64_t number = hash64(std::as_bytes(std::span(&checksum, 1)), version);
    numbers.push_back(checksum == 0 ? 0 : std::max<std::uint64_t>(1, number));
  }
  return numbers;
}

void RunGeometry::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale,
                          const StopCheck& stop, ItemValues& values) const {
  const std::size_t n_levels = samples_.levels().size();
  const auto ratios = values.block<double>(0);
  for (std::size_t i = 0; i < last(item) - first(item); ++i) {
    if (!stale[i]) continue;
    for (std::size_t level = 0; level < n_levels; ++level) {
      ask(stop);
      const auto representation = samples_.representation(runs, first(item) + i, level);
      ratios[i * n_levels + level] =
          representation ? participation_ratio(*representation) : std::numeric_limits<double>::quiet_NaN();
    }
  }
}

}  // namespace cohort
