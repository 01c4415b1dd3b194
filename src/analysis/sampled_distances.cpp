#include <cohort/analysis/sampled_distances.hpp>

#include "distance_datasets.hpp"

#include <cohort/analysis/run_distances.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace cohort {
namespace {

/// The dimension of the pairs, called by the keys of their runs: what was computed of a pair is found again by them.
Dimension pair_dimension(const StudySamples& samples) {
  std::vector<std::string> labels;
  labels.reserve(samples.drawn_pairs().size());
  for (const auto& [first, second] : samples.drawn_pairs()) {
    const std::string a = samples.key(first), b = samples.key(second);
    labels.push_back(a < b ? a + " " + b : b + " " + a);
  }
  return labelled("pair", std::move(labels), "keys of the two runs of a pair that was drawn");
}

}  // namespace

Description SampledDistances::description() {
  Description d;
  d.name = "sampled_distances";
  d.summary = "distance of some pairs of runs at every matched level; [similarity] pairs = \"sample:2000\"";
  d.equation = "/similarity/<measure>_pairs [level, pair]";
  return d;
}

AnalysisList SampledDistances::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.samples.drawn_pairs().empty()) return list;
  for (const std::string& measure : compared_measures(inputs.study.similarity))
    list.push_back(std::make_unique<SampledDistances>(
        inputs.samples, NamedMeasure(measure).with_tolerance(inputs.study.similarity.tolerance)));
  return list;
}

SampledDistances::SampledDistances(const StudySamples& samples, NamedMeasure measure)
    : samples_(samples),
      measure_(std::move(measure)),
      name_(measure_.name() + "_pairs"),
      path_("/" + name_),
      version_(RunDistances::version(measure_, samples.distance_type())) {}

Schema SampledDistances::datasets() const {
  Schema schema = samples_.dimensions();
  schema.dimensions.push_back(pair_dimension(samples_));
  std::vector<std::string> axes{"level", "pair"};
  const std::vector<std::string> made_from_axes = axes;
  if (n_directions() == 2) {
    axes.push_back("direction");
    schema.dimensions.push_back(
        labelled("direction", {"first to second", "second to first"}, "from which run of a pair to which"));
  }
  DistanceDatasets(measure_, path_, samples_.distance_type()).append_to(schema, axes, made_from_axes);
  return schema;
}

std::size_t SampledDistances::n_items() const {
  return samples_.levels().size() * ((samples_.drawn_pairs().size() + pairs_per_item - 1) / pairs_per_item);
}

SampledDistances::Some SampledDistances::some(std::size_t item) const {
  const std::size_t n_levels = samples_.levels().size(), first = item / n_levels * pairs_per_item;
  return {item % n_levels, first, std::min(samples_.drawn_pairs().size(), first + pairs_per_item)};
}

std::string SampledDistances::item_name(std::size_t item) const {
  const Some s = some(item);
  return fmt::format("pairs {}..{} at {}", s.first, s.last - 1, samples_.levels()[s.level]);
}

double SampledDistances::cost(std::size_t item) const {
  const Some s = some(item);
  double flops = 0;
  for (std::size_t i = s.first; i < s.last; ++i) {
    const auto [a, b] = samples_.drawn_pairs()[i];
    flops += static_cast<double>(n_directions()) *
             measure_->comparison_flops(samples_.n_samples(), samples_.n_units(a), samples_.n_units(b));
  }
  return flops;
}

std::vector<BlockPlace> SampledDistances::places(std::size_t item) const {
  const Some s = some(item);
  const DistanceDatasets datasets(measure_, path_, samples_.distance_type());
  if (n_directions() == 1) return datasets.places({s.level, s.first}, {1, s.size()});
  return datasets.places({s.level, s.first, 0}, {1, s.size(), 2});
}

std::vector<BlockPlace> SampledDistances::made_from_places(std::size_t item) const {
  const Some s = some(item);
  return {
      DistanceDatasets(measure_, path_, samples_.distance_type()).made_from_place({s.level, s.first}, {1, s.size()})};
}

std::vector<std::uint64_t> SampledDistances::made_from(std::size_t item, const FinishedRuns& runs) const {
  const Some s = some(item);
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = s.first; i < s.last; ++i) {
    const auto [a, b] = samples_.drawn_pairs()[i];
    numbers.push_back(RunDistances::pair_made_from(runs.checksum(a), runs.checksum(b), version_));
  }
  return numbers;
}

void SampledDistances::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale,
                               const StopCheck& stop, ItemValues& values) const {
  const Some s = some(item);
  const DistanceDatasets datasets(measure_, path_, samples_.distance_type());
  std::map<std::size_t, std::unique_ptr<PreparedRepresentation>> prepared;  // null: nothing to compare
  const auto get = [&](std::size_t run) {
    if (!prepared.contains(run)) prepared[run] = samples_.prepare(measure_, runs, run, s.level);
    return prepared[run].get();
  };
  const auto compare = [&](std::size_t from, std::size_t to) {
    const PreparedRepresentation *a = get(from), *b = get(to);
    if (!a || !b) return no_value();
    return measure_->compare(
        *a, *b, samples_.context(*measure_, measure_.variant(), s.level, runs.checksum(from), runs.checksum(to), stop));
  };
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (!stale[i]) continue;
    ask(stop);
    const auto [a, b] = samples_.drawn_pairs()[s.first + i];
    // Pairs stand by rising first runs: of those before, only the first run of this one may come again.
    std::erase_if(prepared, [first = a](const auto& entry) { return entry.first != first; });
    datasets.put(values, 0, i * n_directions(), compare(a, b));
    if (n_directions() == 2) datasets.put(values, 0, i * 2 + 1, compare(b, a));
  }
}

Schema drawn_pairs_schema(const StudySamples& samples) {
  Schema schema;
  const auto& pairs = samples.drawn_pairs();
  if (pairs.empty()) return schema;
  schema.dimensions = {pair_dimension(samples),
                       labelled("side", {"first", "second"}, "of a pair, the lower number first")};
  DatasetInfo info{
      "/similarity/pair_run", ValueType::i32, {"pair", "side"}, "1", "numbers of the runs of a drawn pair"};
  info.comment = "drawn by the keys of the runs alone: the same pairs on any number of ranks";
  std::vector<std::int32_t> numbers;
  for (const auto& [first, second] : pairs) {
    numbers.push_back(static_cast<std::int32_t>(first));
    numbers.push_back(static_cast<std::int32_t>(second));
  }
  info.constants = Generated<std::int32_t>(numbers);
  schema.datasets = {info};
  return schema;
}

}  // namespace cohort
