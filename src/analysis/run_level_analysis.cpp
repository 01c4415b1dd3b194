#include <cohort/analysis/run_level_analysis.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace cohort {

RunLevelAnalysis::RunLevelAnalysis(const Study& study, const Design& design, std::string name,
                                   const std::string& options, std::string made_from)
    : study_(study),
      design_(design),
      name_(std::move(name)),
      made_from_(made_from.empty() ? "/" + name_ + "/made_from" : std::move(made_from)),
      options_(hash64(fmt::format("{} {} task {}", name_, options, study.task_versioned))),
      n_levels_(study.snapshots.labels().size()) {}

void RunLevelAnalysis::write(std::vector<Column> columns, std::vector<Dimension> dimensions) {
  columns_ = std::move(columns);
  dimensions_ = std::move(dimensions);
}

std::size_t RunLevelAnalysis::size_of(const std::string& dimension) const {
  return std::ranges::find(dimensions_, dimension, &Dimension::name)->size;
}

Schema RunLevelAnalysis::datasets() const {
  Schema schema;
  schema.dimensions = {{"run", design_.size(), "number of the run"},
                       labelled("level", study_.snapshots.labels(), "matched level at which the snapshot was taken")};
  schema.dimensions.insert(schema.dimensions.end(), dimensions_.begin(), dimensions_.end());
  for (const Column& column : columns_) {
    std::vector<std::string> dimensions{"run", "level"};
    dimensions.insert(dimensions.end(), column.dimensions.begin(), column.dimensions.end());
    DatasetInfo info{column.path, column.type, dimensions, column.units, column.long_name};
    info.flag_meanings = column.flags;
    info.made_from = made_from_;
    schema.datasets.push_back(std::move(info));
  }
  schema.datasets.push_back(made_from_dataset(made_from_, {"run", "level"}));
  return schema;
}

std::string RunLevelAnalysis::item_name(std::size_t item) const {
  const std::size_t run = item / n_levels_;
  return fmt::format("run {} ({}) at {}", run, run_name(study_, design_[run]),
                     study_.snapshots.labels()[item % n_levels_]);
}

std::vector<BlockPlace> RunLevelAnalysis::places(std::size_t item) const {
  std::vector<BlockPlace> places;
  for (const Column& column : columns_) {
    BlockPlace place{column.path, column.type, {item / n_levels_, item % n_levels_}, {1, 1}};
    for (const std::string& dimension : column.dimensions) {
      place.start.push_back(0);
      place.count.push_back(size_of(dimension));
    }
    places.push_back(std::move(place));
  }
  return places;
}

std::vector<BlockPlace> RunLevelAnalysis::made_from_places(std::size_t item) const {
  return {{made_from_, ValueType::u64, {item / n_levels_, item % n_levels_}, {1, 1}}};
}

std::vector<std::uint64_t> RunLevelAnalysis::made_from(std::size_t item, const FinishedRuns& runs) const {
  const std::uint64_t checksum = runs.checksum(item / n_levels_);
  if (checksum == 0) return {0};
  return {std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(&checksum, 1)), options_))};
}

void RunLevelAnalysis::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>&,
                               const StopCheck& stop, ItemValues& values) const {
  values.set_missing();
  const std::size_t run = item / n_levels_, level = item % n_levels_;
  const std::vector<float> weights = runs.parameters(run, level);
  if (weights.empty()) return;  // never got there
  // Drawn in single precision, as the run did, and with the masks and time constants of this run.
  const VectorXd initial = make_network<float>(study_, design_[run])->parameters().values.cast<double>();
  RunParts<double> parts = make_parts<double>(study_, design_[run]);
  parts.network->parameters().values =
      Eigen::Map<const Vector<float>>(weights.data(), static_cast<Index>(weights.size())).cast<double>();
  analyse({run, level, parts, initial}, stop, values);
}

void check_differentiable(const Study& study, const Design& design, const std::string& what) {
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture)) {
    const FactorLevel& architecture = level_of(study, design[run], Factor::architecture);
    const NetworkTraits traits = make_network<float>(study, design[run])->traits();
    const bool is_recurrent = traits.family == NetworkFamily::recurrent;
    if (is_recurrent && !traits.is_spiking) continue;
    throw UserError(fmt::format("[dynamics] cannot {} of architecture '{}'", what, architecture.text),
                    is_recurrent ? "spikes have no derivative" : "it has no recurrent state",
                    "Leave them out of [dynamics], or leave out the architecture.", architecture.where);
  }
}

}  // namespace cohort
