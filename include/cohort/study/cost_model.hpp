#pragma once

#include <cohort/study/training_cost.hpp>

#include <cstddef>
#include <functional>
#include <vector>

namespace cohort {

/// Runs per side of a tile of the run x run matrix: what one rank holds in memory, twice, while runs are compared.
inline constexpr std::size_t similarity_tile = 16;
/// The same where representations are cut: they are small, and it takes longer to read one than to compare two.
inline constexpr std::size_t similarity_cut_tile = 64;

/// Floating-point operations that training a run takes, up to a factor near one: what the master sorts by. Known per
/// kind, a rule with an architecture: seeds and initializations cost the same.
class TrainingFlops {
 public:
  /// `design` must outlive this.
  TrainingFlops(const Study& study, const Design& design);

  double operator[](std::size_t run) const { return of_kind_[kind(run)]; }
  /// Number of the run's kind, below n_kinds().
  std::size_t kind(std::size_t run) const;
  std::size_t n_kinds() const { return of_kind_.size(); }

 private:
  const Design* design_;
  std::size_t n_architectures_;
  std::vector<double> of_kind_;  ///< [rule x architecture]
};

/// Seconds that training takes per update, for every kind of run of a design. There may be more kinds than anybody
/// wants to wait for: the costliest and the cheapest of each rule are measured first, then the others, costliest
/// first, while it may go on. What is not measured lies between its neighbours of the same rule by its expected cost.
class TrainingTimes {
 public:
  /// `measure` a run, at least one, then while `may_go_on`. `design` must outlive this.
  TrainingTimes(const Design& design, TrainingFlops flops, const std::function<TrainingCost(std::size_t run)>& measure,
                const std::function<bool()>& may_go_on);

  double seconds_per_update(std::size_t run) const { return seconds_[flops_.kind(run)]; }
  /// The first run of every kind, in the order of the file.
  const std::vector<std::size_t>& kinds() const { return kinds_; }
  bool is_measured(std::size_t run) const { return is_measured_[flops_.kind(run)]; }
  std::size_t n_measured() const;
  /// The most that training one of the measured kinds held.
  std::size_t most_bytes() const { return most_bytes_; }

 private:
  std::vector<std::size_t> in_order_of_interest() const;
  double estimate(std::size_t run) const;

  const Design* design_;
  TrainingFlops flops_;
  std::vector<std::size_t> kinds_;
  std::vector<double> seconds_;    ///< [n_kinds]
  std::vector<bool> is_measured_;  ///< [n_kinds]
  std::size_t most_bytes_ = 0;
};

/// Peak memory of one process that trains and compares the runs of `design`, bytes: the most that training one of them
/// was measured to hold, what the study's tasks hold (made once more for that), snapshots and buffers counted from
/// their sizes, and what the program itself takes.
std::size_t estimated_memory(const Study& study, const Design& design, std::size_t training_bytes);

/// Wall time of `seconds` [n_runs] on `n_workers`, longest first, each worker one at a time.
double makespan(std::vector<double> seconds, int n_workers);

}  // namespace cohort
