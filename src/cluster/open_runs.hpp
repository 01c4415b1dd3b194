#pragma once

#include "run_deaths.hpp"

#include <cohort/store/run_table.hpp>
#include <cohort/study/run_choice.hpp>
#include <cohort/study/run_limits.hpp>

#include <cstddef>
#include <set>
#include <vector>

namespace cohort {

/// Which runs a job trains, found by rank 0 before it begins: what is neither finished nor given up, of those that were
/// chosen, and what is to be tried again.
///
/// Runs that were under way when the last job died without a word are noted; one that took its worker down too often is
/// written down as failed.
class OpenRuns {
 public:
  OpenRuns(const Study& study, const Design& design, const RunChoice& choice, const RunLimits& limits,
           const RunDeaths& deaths)
      : study_(study), design_(design), choice_(choice), limits_(limits), deaths_(deaths) {}

  /// `finished` as RunTable::finished says.
  void find(RunTable& table, const std::vector<bool>& finished);

  const std::vector<bool>& open() const { return open_; }              ///< [run]
  const std::set<std::size_t>& suspects() const { return suspects_; }  ///< that were under way when a process died
  std::size_t n_given_up() const { return n_given_up_; }               ///< that failed, and are not tried again

 private:
  void blame(RunTable& table, std::vector<RunStatus>& status) const;
  bool is_open(const RunTable& table, std::size_t run, RunStatus status, bool is_finished);

  const Study& study_;
  const Design& design_;
  const RunChoice& choice_;
  const RunLimits& limits_;
  const RunDeaths& deaths_;
  std::vector<bool> open_;
  std::set<std::size_t> suspects_;
  std::size_t n_given_up_ = 0;
};

/// Writes down that a run failed because its workers died. Any rank alone.
void write_given_up(RunTable& table, std::size_t run, int n_deaths);

}  // namespace cohort
