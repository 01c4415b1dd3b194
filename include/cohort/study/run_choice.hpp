#pragma once

#include <cohort/learning/run_status.hpp>
#include <cohort/study/design.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace cohort {

/// Which runs of a study a job is to train, as whoever started it asked.
class RunChoice {
 public:
  /// `only`: texts "rule=bptt", a factor and a level as the study writes it (`*` stands for any text). Several of one
  /// factor add up, those of several factors must all fit; none: all runs. `retry`: "failed", "diverged", a run's
  /// number as `cohort status` prints it, its key, or how its key begins. Throws UserError for what is unknown, with
  /// what may have been meant, and when no run fits.
  RunChoice(const Study& study, const Design& design, const std::vector<std::string>& only,
            const std::vector<std::string>& retry);

  bool is_all() const { return chosen_.empty(); }
  bool is_chosen(std::size_t run) const { return is_all() || chosen_[run]; }
  /// Whether a run that ended so is to be trained again.
  bool is_retried(std::size_t run, RunStatus status) const;

 private:
  void read_retry(const Design& design, const std::string& text);

  std::vector<bool> chosen_;  ///< [run]; empty: all
  bool retries_failed_ = false, retries_diverged_ = false;
  std::set<std::size_t> retried_;
};

}  // namespace cohort
