#include <cohort/analysis/run_comparability.hpp>

#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace cohort {
namespace {

const std::string kPath = "/similarity/comparability", kMadeFrom = kPath + "_made_from";

}  // namespace

Description RunComparability::description() {
  Description d;
  d.name = "run_comparability";
  d.summary = "whether each run can be compared at each matched level, and why not";
  d.equation = kPath + " [run, level]";
  return d;
}

AnalysisList RunComparability::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (!inputs.study.similarity.measures.empty()) list.push_back(std::make_unique<RunComparability>(inputs.samples));
  return list;
}

std::size_t RunComparability::last(std::size_t item) const {
  return std::min(samples_.n_runs(), first(item) + runs_per_item);
}

Schema RunComparability::datasets() const {
  Schema schema = samples_.dimensions();
  DatasetInfo info{kPath, ValueType::u8, {"run", "level"}, "1", "whether the run can be compared at the level"};
  info.flag_meanings = comparability_names();
  info.made_from = kMadeFrom;
  schema.datasets = {info, made_from_dataset(kMadeFrom, {"run"})};
  return schema;
}

std::string RunComparability::item_name(std::size_t item) const {
  return fmt::format("runs {}..{}", first(item), last(item) - 1);
}

double RunComparability::cost(std::size_t item) const {
  double values = 0;
  for (std::size_t run = first(item); run < last(item); ++run)
    values += static_cast<double>(samples_.n_samples() * samples_.n_units(run));
  return 10 * values * static_cast<double>(samples_.levels().size());
}

std::vector<BlockPlace> RunComparability::places(std::size_t item) const {
  return {{kPath, ValueType::u8, {first(item), 0}, {last(item) - first(item), samples_.levels().size()}}};
}

std::vector<BlockPlace> RunComparability::made_from_places(std::size_t item) const {
  return {{kMadeFrom, ValueType::u64, {first(item)}, {last(item) - first(item)}}};
}

std::vector<std::uint64_t> RunComparability::made_from(std::size_t item, const FinishedRuns& runs) const {
  std::vector<std::uint64_t> numbers;
  const std::uint64_t version = hash64(fmt::format("comparability {}", description().version));
  for (std::size_t run = first(item); run < last(item); ++run) {
    const std::uint64_t checksum = runs.checksum(run);
    const std::uint64_t number = hash64(std::as_bytes(std::span(&checksum, 1)), version);
    numbers.push_back(checksum == 0 ? 0 : std::max<std::uint64_t>(1, number));
  }
  return numbers;
}

void RunComparability::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale,
                               const StopCheck& stop, ItemValues& values) const {
  const std::size_t n_levels = samples_.levels().size();
  const auto codes = values.block<std::uint8_t>(0);
  for (std::size_t i = 0; i < last(item) - first(item); ++i) {
    if (!stale[i]) continue;
    ask(stop);
    for (std::size_t level = 0; level < n_levels; ++level)
      codes[i * n_levels + level] = static_cast<std::uint8_t>(samples_.comparability(runs, first(item) + i, level));
  }
}

}  // namespace cohort
