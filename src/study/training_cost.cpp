#include <cohort/study/training_cost.hpp>

#include "short_trials.hpp"

#include <cohort/core/cpu_clock.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

namespace cohort {
namespace {

constexpr double kWhole = 3;         // seconds that a whole update may be expected to take, to be tried
constexpr double kPiece = 0.3;       // the same of a piece that only tells what the whole would take
constexpr double kMean = 0.05;       // seconds over which the mean of a short one is taken
constexpr double kLeastSlope = 0.1;  // of the mean time of a step: what one more takes, at least

/// A piece of an update.
struct Piece {
  Index n_trials, n_steps;
  double volume() const { return static_cast<double>(n_trials * n_steps); }
};

double seconds_of(const std::function<void()>& call) {
  const double start = thread_cpu_seconds();
  call();
  return thread_cpu_seconds() - start;
}

/// What a piece of an update takes.
struct PieceCost {
  double update = 0, evaluation = 0;  ///< seconds
  double beginning = 0;               ///< seconds more of the first update: rules may prepare themselves
  std::size_t bytes = 0;
};

double growth(const PieceCost& from, const PieceCost& to) {
  return std::max(0.0, static_cast<double>(to.bytes) - static_cast<double>(from.bytes));
}

/// Whether the rules of [alignment] take gradients of their own.
enum class Watchers { none, at_every_update };

/// The mean of several updates when they are short, and what comes to one when it is evaluated; with watchers both in
/// one. Memory is what everything holds after that.
PieceCost cost_of_piece(const Study& study, const Run& run, const Piece& piece, Watchers watchers = Watchers::none) {
  const std::size_t before = heap_in_use();
  auto parts = make_parts<float>(study, run);
  if (piece.n_steps < parts.task->info().n_steps) {
    parts.task = std::make_shared<ShortTrials>(parts.task, piece.n_steps);
    parts.shifted = nullptr;
  }
  TrainingOptions options = study.training;
  options.batch = piece.n_trials;
  options.updates = std::max<Index>(options.updates, 4);
  options.evaluate_every = 1;
  options.alignment.every = 1;
  if (watchers == Watchers::none) {
    options.alignment = {};
    parts.probe = nullptr;
  }
  auto trainer = parts.trainer(options, SnapshotPlan());
  const double first = seconds_of([&] { trainer.step(); });  // with the first use of all memory
  const auto another_step = [&] { return trainer.is_finished() ? first : seconds_of([&] { trainer.step(); }); };
  if (watchers != Watchers::none) return {another_step(), 0, 0, heap_in_use() - before};
  double update = seconds_of([&] { trainer.update(); });
  if (update > kPiece) return {update, std::max(0.0, first - update), 0, heap_in_use() - before};
  const double step = another_step();
  double seconds = 0;
  int n = 0;
  for (; n == 0 || seconds < kMean; ++n) seconds += seconds_of([&] { trainer.update(); });
  update = seconds / n;
  return {update, std::max(0.0, step - update), std::max(0.0, first - step), heap_in_use() - before};
}

/// A whole update from what pieces of it take: time grows by what more steps add (what comes to every update, however
/// short, is counted once), memory with trials by what a second one adds, and with steps by what more of them add.
PieceCost scaled_cost(const Study& study, const Run& run, const Piece& whole) {
  const Piece one{1, std::min<Index>(whole.n_steps, 2)}, two{2, one.n_steps},
      more{1, std::min<Index>(whole.n_steps, 8)};
  const PieceCost of_one = cost_of_piece(study, run, one);
  PieceCost cost = of_one;
  double seconds_per_volume = of_one.update / one.volume(), bytes_per_step = 0;
  cost.update = 0;
  if (more.volume() > one.volume() && seconds_per_volume * more.volume() < kPiece) {
    const PieceCost of_more = cost_of_piece(study, run, more);
    const double added = more.volume() - one.volume(), mean = of_more.update / more.volume();
    seconds_per_volume = std::max((of_more.update - of_one.update) / added, kLeastSlope * mean);
    cost.update = std::max(0.0, of_more.update - seconds_per_volume * more.volume());
    bytes_per_step = growth(of_one, of_more) / added;
  }
  const double bytes_per_trial = growth(of_one, cost_of_piece(study, run, two));
  cost.update += seconds_per_volume * whole.volume();
  cost.evaluation = cost.beginning = 0;  // beside such an update they are nothing
  cost.bytes += static_cast<std::size_t>(bytes_per_trial * static_cast<double>(whole.n_trials - 1) +
                                         bytes_per_step * (whole.volume() - one.volume()));
  return cost;
}

/// How many of the updates the rules of [alignment] watch.
double watched_share(const Study& study) {
  const AlignmentPlan& plan = study.training.alignment;
  if (plan.rules.empty()) return 0;
  Index n_watched = 0;
  for (Index update = 0; update <= study.training.updates; ++update) n_watched += plan.watches(update);
  return static_cast<double>(n_watched) / static_cast<double>(study.training.updates);
}

}  // namespace

std::size_t heap_in_use() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

double machine_memory() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
}

double least_memory(const Study& study, const Run& run) {
  constexpr double copies = 5;  // values, gradient, and the packed forms of both directions
  return copies * sizeof(float) * static_cast<double>(network_size(study, run).n_parameters);
}

TrainingCost measured_cost(const Study& study, const Run& run) {
  const Piece whole{study.training.batch, shared_task(study.task)->info().n_steps};
  const Piece smallest{1, std::min<Index>(whole.n_steps, 2)};
  const double most = cost_of_piece(study, run, smallest).update * whole.volume() / smallest.volume();
  PieceCost cost;
  if (most >= kWhole) cost = scaled_cost(study, run, whole);
  const bool is_short = std::min(most, cost.update) < kWhole;
  if (is_short) cost = cost_of_piece(study, run, whole);
  TrainingCost result{cost.update + cost.evaluation / static_cast<double>(study.training.evaluate_every) +
                          cost.beginning / static_cast<double>(study.training.updates),
                      cost.bytes};
  if (const double share = watched_share(study); share > 0 && is_short) {  // beside a long update it is nothing
    const PieceCost watched = cost_of_piece(study, run, whole, Watchers::at_every_update);
    result.seconds_per_update += share * std::max(0.0, watched.update - cost.update - cost.evaluation);
    result.bytes = std::max(result.bytes, watched.bytes);
  }
  return result;
}

}  // namespace cohort
