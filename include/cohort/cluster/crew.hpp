#pragma once

#include <cohort/cluster/rank_watch.hpp>
#include <cohort/cluster/transport.hpp>
#include <cohort/cluster/work_phase.hpp>

#include <mpi.h>

#include <functional>
#include <limits>
#include <memory>
#include <string>

namespace cohort {

/// Up to this many ranks rank 0 works too: giving up a whole rank would cost more than answering between iterations.
inline constexpr int kRanksWithWorkingMaster = 16;

/// All ranks of a job, who work through lists of items together: rank 0 hands them out, longest first, and works too on
/// small jobs.
class Crew {
 public:
  /// `stop_requested` is asked on every rank between iterations; `keep`, on rank 0 only, as often (it holds the lease).
  /// `seconds_left`, of rank 0: how long the job may still work. `beside`: the results file, where ranks of several
  /// hosts tell each other who died; empty: nobody looks for the dead (collective).
  Crew(
      MPI_Comm comm, std::function<bool()> stop_requested, std::function<void()> keep,
      std::function<double()> seconds_left = [] { return std::numeric_limits<double>::infinity(); },
      const std::string& beside = "");
  ~Crew();

  MPI_Comm communicator() const { return comm_; }
  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }
  /// Ranks that do items.
  int n_workers() const { return master_works() ? size_ : size_ - 1; }

  /// Somebody asked this rank to end the job early.
  bool is_asked_to_stop() const { return stop_requested_(); }
  /// How long the job may still work, as rank 0 knows.
  double seconds_left() const { return seconds_left_(); }
  /// Whether any rank was asked to stop (collective).
  bool agree_to_stop() const;

  /// Has every open item of `scheduler` done by some rank (collective). `show`, on rank 0, is called now and then.
  /// Returns true when the work ended early on purpose, on every rank. Throws AgreedUserError on every rank when what
  /// an item leaves could not be stored or the lease was lost.
  ///
  /// When a worker dies the others do its item, if `died` (asked on rank 0) says so, and all others; then every rank
  /// that lives throws RankLost.
  bool work(
      Scheduler& scheduler, const std::function<RunStatus(std::size_t item, const StopCheck& stop)>& item,
      const std::function<void(const Scheduler&)>& show,
      const std::function<bool(std::size_t item)>& died = [](std::size_t) { return true; });

 private:
  bool master_works() const;
  [[noreturn]] void leave_the_dead(const WorkOutcome& outcome) const;

  MPI_Comm comm_;
  int rank_, size_;
  std::function<bool()> stop_requested_;
  std::function<void()> keep_;
  std::function<double()> seconds_left_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<RankWatch> watch_;  ///< none for one rank
};

}  // namespace cohort
