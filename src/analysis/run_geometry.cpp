#include <cohort/analysis/run_geometry.hpp>

#include <cohort/core/hash.hpp>
#include <cohort/similarity/participation_ratio.hpp>
#include <cohort/similarity/variance_dimension.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

namespace cohort {
namespace {

const std::string kMadeFrom = "/similarity/geometry_made_from";

const std::vector<RunGeometry::Column>& all_columns() {
  static const std::vector<RunGeometry::Column> columns{
      {"participation_ratio", "participation ratio of the representation",
       "(sum of l)^2 / sum of l^2 over the eigenvalues l of the covariance of the units", &participation_ratio, 0},
      {"dimension_90", "principal components that hold 90 % of the variance",
       "least n for which the n largest eigenvalues of the covariance of the units make up 0.9 of their sum",
       [](const Representation& own) { return static_cast<double>(variance_dimension(own, 0.9)); }, 40}};
  return columns;
}

std::string path_of(const RunGeometry::Column& column) { return "/similarity/" + column.name; }

}  // namespace

Description RunGeometry::description() {
  Description d;
  d.name = "run_geometry";
  d.summary =
      "participation ratio of every network's representation at each matched level, and its dimension at 90 % of the "
      "variance; [effects] responses";
  d.equation = "(Σλ)² / Σλ²; /similarity/participation_ratio and dimension_90 [run, level]";
  d.reference = "Gao et al. 2017, doi:10.1101/214262";
  return d;
}

AnalysisList RunGeometry::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.study.similarity.measures.empty()) return list;
  const auto& responses = inputs.study.effects.responses;
  std::vector<std::string> names;
  for (const Column& column : all_columns())
    if (std::count(responses.begin(), responses.end(), column.name) > 0) names.push_back(column.name);
  if (!names.empty()) list.push_back(std::make_unique<RunGeometry>(inputs.samples, names));
  return list;
}

RunGeometry::RunGeometry(const StudySamples& samples, const std::vector<std::string>& names) : samples_(samples) {
  std::string text = fmt::format("geometry {}", description().version);
  for (const Column& column : all_columns()) {
    if (std::count(names.begin(), names.end(), column.name) == 0) continue;
    columns_.push_back(column);
    if (column.name != "participation_ratio") text += " " + column.name;  // that was alone once
  }
  version_ = hash64(text);
}

std::size_t RunGeometry::last(std::size_t item) const {
  return std::min(samples_.n_runs(), first(item) + runs_per_item);
}

Schema RunGeometry::datasets() const {
  Schema schema = samples_.dimensions();
  for (const Column& column : columns_) {
    DatasetInfo info{path_of(column), ValueType::f64, {"run", "level"}, "1", column.long_name};
    info.comment = column.comment;
    info.made_from = kMadeFrom;
    schema.datasets.push_back(info);
  }
  schema.datasets.push_back(made_from_dataset(kMadeFrom, {"run"}));
  return schema;
}

std::string RunGeometry::item_name(std::size_t item) const {
  return fmt::format("runs {}..{}", first(item), last(item) - 1);
}

double RunGeometry::cost(std::size_t item) const {
  double flops = 0;
  for (std::size_t run = first(item); run < last(item); ++run) {
    const auto units = static_cast<double>(samples_.n_units(run));
    for (const Column& column : columns_)
      flops += (2 * static_cast<double>(samples_.n_samples()) + column.flops_per_unit * units) * units * units;
  }
  return flops * static_cast<double>(samples_.levels().size());
}

std::vector<BlockPlace> RunGeometry::places(std::size_t item) const {
  std::vector<BlockPlace> places;
  for (const Column& column : columns_)
    places.push_back(
        {path_of(column), ValueType::f64, {first(item), 0}, {last(item) - first(item), samples_.levels().size()}});
  return places;
}

std::vector<BlockPlace> RunGeometry::made_from_places(std::size_t item) const {
  return {{kMadeFrom, ValueType::u64, {first(item)}, {last(item) - first(item)}}};
}

std::vector<std::uint64_t> RunGeometry::made_from(std::size_t item, const FinishedRuns& runs) const {
  std::vector<std::uint64_t> numbers;
  for (std::size_t run = first(item); run < last(item); ++run) {
    const std::uint64_t checksum = runs.checksum(run);
    const std::uint64_t number = hash64(std::as_bytes(std::span(&checksum, 1)), version_);
    numbers.push_back(checksum == 0 ? 0 : std::max<std::uint64_t>(1, number));
  }
  return numbers;
}

void RunGeometry::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale,
                          const StopCheck& stop, ItemValues& values) const {
  const std::size_t n_levels = samples_.levels().size();
  for (std::size_t i = 0; i < last(item) - first(item); ++i) {
    if (!stale[i]) continue;
    for (std::size_t level = 0; level < n_levels; ++level) {
      ask(stop);
      const auto own = samples_.representation(runs, first(item) + i, level);
      for (std::size_t column = 0; column < columns_.size(); ++column)
        values.block<double>(column)[i * n_levels + level] =
            own ? columns_[column].of(*own) : std::numeric_limits<double>::quiet_NaN();
    }
  }
}

}  // namespace cohort
