#include <cohort/analysis/study_samples.hpp>

#include <cohort/analysis/analysis.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <array>
#include <limits>
#include <span>
#include <utility>

namespace cohort {

StudySamples::StudySamples(const Study& study, const Design& design)
    : distance_type_(study.similarity.float32 ? ValueType::f32 : ValueType::f64),
      n_runs_(design.size()),
      levels_(study.snapshots.labels()) {
  const TaskInfo info = shared_task(study.task)->info();
  n_conditions_ = static_cast<Index>(info.conditions.size());
  n_samples_ = n_conditions_ * info.n_sample_steps;
  if (n_conditions_ >= 2) folds_.emplace(n_conditions_, info.n_sample_steps);
  std::vector<Index> units(study.levels[static_cast<int>(Factor::architecture)].size());
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture))
    units[static_cast<std::size_t>(design.level(run, Factor::architecture))] = network_size(study, design[run]).n_units;
  n_units_ = [units, &design](std::size_t run) {
    return units[static_cast<std::size_t>(design.level(run, Factor::architecture))];
  };
}

StudySamples::StudySamples(ResultsFile& file, const SimilarityOptions& similarity)
    : n_samples_(static_cast<Index>(file.extent("/snapshots/condition").front())),
      distance_type_(similarity.float32 ? ValueType::f32 : ValueType::f64),
      n_runs_(file.extent("/design/key").front()),
      levels_(file.read_text("/snapshots/level")) {
  n_conditions_ = file.read<std::int32_t>("/snapshots/condition").back() + 1;
  if (n_conditions_ >= 2) folds_.emplace(n_conditions_, n_samples_ / n_conditions_);
  // Rows of runs that are not finished do not say it.
  const auto most = static_cast<Index>(file.extent("/snapshots/representation").back());
  n_units_ = [units = file.read<std::int32_t>("/snapshots/n_units"), most](std::size_t run) {
    return units[run] > 0 ? Index{units[run]} : most;
  };
}

namespace {

constexpr double kPrecision = std::numeric_limits<float>::epsilon();  // of stored representations

}  // namespace

Comparability StudySamples::comparability(const FinishedRuns& runs, std::size_t run, std::size_t level) const {
  if (runs.checksum(run) == 0) return Comparability::unknown;
  const MatrixXd values = runs.representation(run, level).cast<double>();
  return values.size() == 0 ? Comparability::level_not_reached : Representation::comparability(values, kPrecision);
}

std::optional<Representation> StudySamples::representation(const FinishedRuns& runs, std::size_t run,
                                                           std::size_t level) const {
  const MatrixXd values = runs.representation(run, level).cast<double>();
  if (values.size() == 0 || Representation::comparability(values, kPrecision) != Comparability::comparable)
    return std::nullopt;
  return Representation(values, n_conditions_, fmt::format("run {}", run), kPrecision);
}

std::unique_ptr<PreparedRepresentation> StudySamples::prepare(const Measure& measure, const FinishedRuns& runs,
                                                              std::size_t run, std::size_t level) const {
  const auto own = representation(runs, run, level);
  return own ? measure.prepare(*own) : nullptr;
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
