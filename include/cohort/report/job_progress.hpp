#pragma once

#include <cohort/store/run_table.hpp>
#include <cohort/store/segment_log.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// What the newest start of the job has done, as the rows of its results file tell. Times in seconds.
struct JobProgress {
  struct Rank {
    std::size_t n_ended = 0;  ///< runs
    double busy = 0;          ///< share of its time that it spent on runs, in [0, 1]
  };
  struct TimedRun {
    std::size_t run = 0;
    int rank = 0;
    double seconds = 0;
  };

  double seconds = 0;  ///< since it began, to its end or until now
  std::size_t n_ended = 0, n_left = 0;
  double seconds_left = 0;            ///< of training, by what a run took so far; NaN before the first one ended
  std::vector<Rank> ranks{};          ///< [n_ranks]
  std::vector<TimedRun> under_way{};  ///< begun and not ended, the longest first
  std::vector<TimedRun> slowest{};    ///< of all runs that ended, three at most
};

/// `now` in seconds since 1970. A job that was killed seems to work until now.
JobProgress job_progress(const std::vector<RunState>& states, const Segment& segment, double now);

/// Some lines; empty when the job neither trains nor has trained anything.
std::string job_text(const JobProgress& job, double now);

/// How many runs with one level of one factor ended how.
struct LevelProgress {
  std::string factor{}, level{};
  std::array<std::size_t, 4> n_runs{};  ///< per RunStatus
};

/// Of all factors with several levels, in the order of the file.
std::vector<LevelProgress> level_progress(ResultsFile& file, const std::vector<RunState>& states);

/// A table of those levels; of factors with very many levels a line that says so.
std::string level_table(const std::vector<LevelProgress>& levels);

}  // namespace cohort
