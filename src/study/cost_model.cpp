#include <cohort/study/cost_model.hpp>

#include <cohort/rules/learning_rules.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>
#include <cohort/tasks/tasks.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <utility>

namespace cohort {
namespace {

/// Trial-steps of one update, and of one evaluation.
struct Volume {
  double update, evaluation;
};

Volume volume_of(const Study& study) {
  const TaskInfo info = shared_task(study.task)->info();
  return {static_cast<double>(study.training.batch * info.n_steps),
          static_cast<double>(info.n_evaluation_trials() * info.n_evaluation_steps)};
}

/// What the study's tasks hold, their files above all: found by making them once more.
std::size_t task_bytes(const Study& study) {
  const std::size_t before = heap_in_use();
  const auto task = tasks().make(study.task);
  const auto shifted = study.shifted.task.empty() ? nullptr : tasks().make(study.shifted.task);
  return heap_in_use() - before;
}

}  // namespace

TrainingFlops::TrainingFlops(const Study& study, const Design& design)
    : design_(&design),
      n_architectures_(study.levels[static_cast<int>(Factor::architecture)].size()),
      of_kind_(study.levels[static_cast<int>(Factor::rule)].size() * n_architectures_) {
  const Volume volume = volume_of(study);
  const double evaluations = volume.evaluation / static_cast<double>(study.training.evaluate_every);
  for (const std::size_t first : design.first_of_each(Factor::rule, Factor::architecture)) {
    const Run run = design[first];
    const double per_step = 2 * static_cast<double>(network_size(study, run).n_parameters);
    const FactorLevel& rule = level_of(study, run, Factor::rule);
    const std::string& family = level_of(study, run, Factor::architecture).family;
    const double passes = 1 + learning_rules<float>().make_of(family, rule.variant)->traits().relative_cost;
    of_kind_[kind(first)] =
        per_step * (passes * volume.update + evaluations) * static_cast<double>(study.training.updates);
  }
}

std::size_t TrainingFlops::kind(std::size_t run) const {
  const auto levels = design_->levels(run);
  return static_cast<std::size_t>(levels[0]) * n_architectures_ + static_cast<std::size_t>(levels[1]);
}

TrainingTimes::TrainingTimes(const Design& design, TrainingFlops flops,
                             const std::function<TrainingCost(std::size_t run)>& measure,
                             const std::function<bool()>& may_go_on)
    : design_(&design),
      flops_(std::move(flops)),
      kinds_(design.first_of_each(Factor::rule, Factor::architecture)),
      seconds_(flops_.n_kinds(), 0),
      is_measured_(flops_.n_kinds(), false) {
  for (const std::size_t run : in_order_of_interest()) {
    if (n_measured() > 0 && !may_go_on()) break;
    if (is_measured(run)) continue;
    const TrainingCost cost = measure(run);
    seconds_[flops_.kind(run)] = cost.seconds_per_update;
    is_measured_[flops_.kind(run)] = true;
    most_bytes_ = std::max(most_bytes_, cost.bytes);
  }
  for (const std::size_t run : kinds_)
    if (!is_measured(run)) seconds_[flops_.kind(run)] = estimate(run);
}

std::size_t TrainingTimes::n_measured() const {
  return static_cast<std::size_t>(std::count(is_measured_.begin(), is_measured_.end(), true));
}

std::vector<std::size_t> TrainingTimes::in_order_of_interest() const {
  std::map<int, std::pair<std::size_t, std::size_t>> ends;  // cheapest and costliest kind, by rule
  for (const std::size_t run : kinds_) {
    const auto [entry, is_new] = ends.try_emplace(design_->level(run, Factor::rule), run, run);
    auto& [cheapest, costliest] = entry->second;
    if (flops_[run] < flops_[cheapest]) cheapest = run;
    if (flops_[run] > flops_[costliest]) costliest = run;
  }
  std::vector<std::size_t> runs;
  for (const auto& [rule, pair] : ends) runs.push_back(pair.second);
  for (const auto& [rule, pair] : ends) runs.push_back(pair.first);
  std::vector<std::size_t> all = kinds_;
  std::ranges::stable_sort(all, std::greater<>(), [&](std::size_t run) { return flops_[run]; });
  runs.insert(runs.end(), all.begin(), all.end());
  return runs;
}

double TrainingTimes::estimate(std::size_t run) const {
  constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  std::size_t below = none, above = none;  // measured neighbours of the same rule
  double all_flops = 0, all_seconds = 0;
  for (const std::size_t other : kinds_) {
    if (!is_measured(other)) continue;
    all_flops += flops_[other];
    all_seconds += seconds_per_update(other);
    if (design_->level(other, Factor::rule) != design_->level(run, Factor::rule)) continue;
    if (flops_[other] <= flops_[run] && (below == none || flops_[other] > flops_[below])) below = other;
    if (flops_[other] >= flops_[run] && (above == none || flops_[other] < flops_[above])) above = other;
  }
  if (below == none && above == none) return all_seconds * flops_[run] / all_flops;
  if (below == none || above == none || flops_[below] == flops_[above]) {
    const std::size_t nearest = below == none ? above : below;
    return seconds_per_update(nearest) * flops_[run] / flops_[nearest];
  }
  const double share = (flops_[run] - flops_[below]) / (flops_[above] - flops_[below]);
  return std::lerp(seconds_per_update(below), seconds_per_update(above), share);
}

namespace {

/// What the tiles of runs that one rank compares hold at most: two blocks of runs, or one when there is no other.
double compared_bytes(const Study& study, const Design& design, Index n_samples,
                      const std::vector<NetworkSize>& sizes) {
  double most = 0;
  const PairChoice& pairs = study.similarity.pairs;
  for (const std::string& name : study.similarity.measures) {
    const auto measure = measures().make(name);
    std::vector<double> prepared;  // [architecture]
    for (const NetworkSize& size : sizes)
      prepared.push_back(static_cast<double>(measure->prepared_bytes(n_samples, size.n_units)));
    if (!pairs.is_all()) {  // one network at a time, or the two of a pair
      const double largest = *std::ranges::max_element(prepared);
      most = std::max(most, pairs.kind == PairChoice::Kind::none ? largest : 2 * largest);
      continue;
    }
    const double tolerance = study.similarity.tolerance;
    const std::size_t tile = tolerance > 0 && measure->cut_bound(tolerance) ? similarity_cut_tile : similarity_tile;
    std::vector<double> blocks((design.size() + tile - 1) / tile, 0);
    for (std::size_t run = 0; run < design.size(); ++run)
      blocks[run / tile] += prepared[static_cast<std::size_t>(design.level(run, Factor::architecture))];
    std::ranges::sort(blocks, std::greater<>());
    most = std::max(most, blocks[0] + (blocks.size() > 1 ? blocks[1] : 0));
  }
  return most;
}

}  // namespace

std::size_t estimated_memory(const Study& study, const Design& design, std::size_t training_bytes) {
  const TaskInfo info = shared_task(study.task)->info();
  const Index n_samples = static_cast<Index>(info.conditions.size()) * info.n_sample_steps;
  const auto n_levels = static_cast<double>(study.snapshots.labels().size());
  std::vector<NetworkSize> sizes(study.levels[static_cast<int>(Factor::architecture)].size());
  double most_snapshots = 0, largest = 0;
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture)) {
    const NetworkSize size = network_size(study, design[run]);
    sizes[static_cast<std::size_t>(design.level(run, Factor::architecture))] = size;
    const double representation = static_cast<double>(n_samples * size.n_units);
    const double outputs = study.snapshots.keep_outputs ? static_cast<double>(n_samples * info.n_outputs) : 0;
    const double snapshot =
        representation + outputs + (study.snapshots.keep_parameters ? static_cast<double>(size.n_parameters) : 0);
    most_snapshots =
        std::max(most_snapshots, 2 * n_levels * snapshot * sizeof(float));  // held, and on the way to the file
    largest = std::max(largest, representation);
  }
  // Beside the tiles one run as it is read, in double precision, prepared, and reordered for products.
  const double compared = study.similarity.measures.empty() ? 0
                                                            : compared_bytes(study, design, n_samples, sizes) +
                                                                  largest * (sizeof(float) + 3 * sizeof(double));
  const bool keeps_scores = study.similarity.tolerance > 0 && !study.snapshots.is_compressed && compared > 0;
  const double kept_scores =
      keeps_scores ? std::min(268e6, largest * sizeof(double) * n_levels * static_cast<double>(design.size())) : 0;
  constexpr double program = 42e6;  // code, MPI and HDF5 buffers, measured with small studies
  constexpr double per_run = 300;   // on rank 0, which knows how far each is
  const double work = std::max(static_cast<double>(training_bytes) + most_snapshots, compared + kept_scores);
  return static_cast<std::size_t>(work + program + per_run * static_cast<double>(design.size())) + task_bytes(study);
}

double makespan(std::vector<double> seconds, int n_workers) {
  std::sort(seconds.begin(), seconds.end(), std::greater<>());
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (int worker = 0; worker < n_workers; ++worker) free_at.push(0);
  double end = 0;
  for (const double duration : seconds) {
    const double finish = free_at.top() + duration;
    free_at.pop();
    free_at.push(finish);
    end = std::max(end, finish);
  }
  return end;
}

}  // namespace cohort
