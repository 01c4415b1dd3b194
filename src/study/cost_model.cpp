#include <cohort/study/cost_model.hpp>

#include <cohort/similarity/measures.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>
#include <cohort/tasks/tasks.hpp>

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <functional>
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
          static_cast<double>(static_cast<Index>(info.conditions.size()) * info.n_repeats * info.n_evaluation_steps)};
}

/// What the allocator has handed out.
std::size_t heap_in_use() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
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
    const double passes = 1 + make_parts<float>(study, run).rule->traits().relative_cost;
    of_kind_[kind(first)] =
        per_step * (passes * volume.update + evaluations) * static_cast<double>(study.training.updates);
  }
}

std::size_t TrainingFlops::kind(std::size_t run) const {
  const auto levels = design_->levels(run);
  return static_cast<std::size_t>(levels[0]) * n_architectures_ + static_cast<std::size_t>(levels[1]);
}

TrainingCost measured_cost(const Study& study, const Run& run) {
  using Clock = std::chrono::steady_clock;
  const std::size_t before = heap_in_use();
  auto parts = make_parts<float>(study, run);
  auto trainer = parts.trainer(study.training, SnapshotPlan());
  TrialBatch<float> evaluation;
  fill_evaluation_batch(*parts.task, parts.streams.evaluation, evaluation);
  parts.network->forward(evaluation.inputs, evaluation.n_trials);
  trainer.update();  // first use of all memory
  const auto start = Clock::now();
  int n_updates = 0;
  do {
    trainer.update();
    ++n_updates;
  } while (Clock::now() - start < std::chrono::milliseconds(100));
  const double update = std::chrono::duration<double>(Clock::now() - start).count() / n_updates;
  const std::size_t bytes = heap_in_use() - before;
  const auto evaluation_start = Clock::now();
  parts.network->forward(evaluation.inputs, evaluation.n_trials);
  const double pass = std::chrono::duration<double>(Clock::now() - evaluation_start).count();
  return {update + pass / static_cast<double>(study.training.evaluate_every), bytes};
}

std::size_t estimated_memory(const Study& study, const Design& design, std::size_t training_bytes) {
  const TaskInfo info = shared_task(study.task)->info();
  const double n_samples = static_cast<double>(static_cast<Index>(info.conditions.size()) * info.n_sample_steps);
  const auto n_levels = static_cast<double>(study.snapshots.labels().size());
  double most_snapshots = 0, most_units = 0;
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture)) {
    const NetworkSize size = network_size(study, design[run]);
    const auto units = static_cast<double>(size.n_units), parameters = static_cast<double>(size.n_parameters);
    most_units = std::max(most_units, units);
    const double snapshot = n_samples * units + (study.snapshots.keep_parameters ? parameters : 0);
    most_snapshots =
        std::max(most_snapshots, 2 * n_levels * snapshot * sizeof(float));  // held, and on the way to the file
  }
  // Two tiles of prepared runs, and one run while it is read and prepared.
  const auto held = static_cast<double>(2 * std::min(similarity_tile, design.size()) + 3);
  double compared = 0;
  for (const std::string& measure : study.similarity.measures) {
    const std::size_t each =
        measures().make(measure)->prepared_bytes(static_cast<Index>(n_samples), static_cast<Index>(most_units));
    compared = std::max(compared, held * static_cast<double>(each));
  }
  constexpr double program = 60e6;  // code, MPI and HDF5 buffers, measured with an empty study
  const double work = std::max(static_cast<double>(training_bytes) + most_snapshots, compared);
  return static_cast<std::size_t>(work + program) + task_bytes(study);
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
