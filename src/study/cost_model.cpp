#include <cohort/study/cost_model.hpp>

#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/tasks.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <queue>

namespace cohort {
namespace {

/// Trial-steps of one update, and of one evaluation.
struct Volume {
  double update, evaluation;
};

Volume volume_of(const Study& study) {
  const TaskInfo info = tasks().make(study.task)->info();
  return {static_cast<double>(study.training.batch * info.n_steps),
          static_cast<double>(static_cast<Index>(info.conditions.size()) * info.n_repeats * info.n_evaluation_steps)};
}

}  // namespace

double estimated_flops(const Study& study, const Run& run) {
  const Volume volume = volume_of(study);
  const double per_step = 2 * static_cast<double>(network_size(study, run).n_parameters);
  const double passes = 1 + make_parts<float>(study, run).rule->relative_cost();
  const double evaluations = volume.evaluation / static_cast<double>(study.training.evaluate_every);
  return per_step * (passes * volume.update + evaluations) * static_cast<double>(study.training.updates);
}

double measured_seconds_per_update(const Study& study, const Run& run) {
  using Clock = std::chrono::steady_clock;
  auto parts = make_parts<float>(study, run);
  auto trainer = parts.trainer(study.training, SnapshotPlan());
  trainer.update();  // first use of all memory
  const auto start = Clock::now();
  int n_updates = 0;
  do {
    trainer.update();
    ++n_updates;
  } while (Clock::now() - start < std::chrono::milliseconds(100));
  const double update = std::chrono::duration<double>(Clock::now() - start).count() / n_updates;
  // An evaluation is a forward pass: one part of an update's passes.
  const Volume volume = volume_of(study);
  const double passes = 1 + parts.rule->relative_cost();
  return update * (1 + volume.evaluation / volume.update / passes / static_cast<double>(study.training.evaluate_every));
}

std::size_t estimated_memory(const Study& study, const Design& design) {
  const TaskInfo info = tasks().make(study.task)->info();
  const Volume volume = volume_of(study);
  const double n_samples = static_cast<double>(static_cast<Index>(info.conditions.size()) * info.n_sample_steps);
  const auto n_levels = static_cast<double>(study.snapshots.labels().size());
  double largest = 0, most_units = 0;
  for (const Run& run : design.runs) {
    const NetworkSize size = network_size(study, run);
    const auto units = static_cast<double>(size.n_units), parameters = static_cast<double>(size.n_parameters);
    most_units = std::max(most_units, units);
    const double columns = std::max(volume.update, volume.evaluation);
    const double rates = (units + 16) * (columns + static_cast<double>(study.training.batch));
    const double trials = (volume.update + volume.evaluation) * static_cast<double>(info.n_inputs + 1 + 4 * info.n_outputs);
    const double snapshots = n_levels * (n_samples * units + (study.snapshots.keep_parameters ? parameters : 0));
    // Weights, gradient and two moments, and the packed copies of the time loop.
    largest = std::max(largest, 4 * (rates + trials + 8 * parameters + 2 * snapshots));
  }
  // Two tiles of prepared runs, and one run while it is read and prepared.
  const auto held = static_cast<double>(2 * std::min(similarity_tile, design.runs.size()) + 3);
  if (!study.similarity.measures.empty())
    largest = std::max(largest, held * n_samples * most_units * sizeof(double));
  constexpr double program = 60e6;  // code, MPI and HDF5 buffers, measured with an empty study
  return static_cast<std::size_t>(largest + program);
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
