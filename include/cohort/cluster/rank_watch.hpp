#pragma once

#include <mpi.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace cohort {

/// Knows which ranks of a job have died, where `mpirun --enable-recovery` (or nobody) has not ended the others. A
/// thread looks once a second.
///
/// Ranks of one host look after each other's processes. Of what happens on other hosts they hear by a small file beside
/// the results, and of rank 0 by its lease, which it renews while it lives. A host that is lost as a whole is mpirun's
/// to notice.
///
/// Whoever waits in a collective call for a dead rank would wait for ever, so after some seconds the watch ends the
/// process (exit code 75), unless its main thread is in a phase that hears of it itself, see Listening.
class RankWatch {
 public:
  /// Collective. `beside`: the results file.
  RankWatch(MPI_Comm comm, const std::string& beside);
  ~RankWatch();
  RankWatch(const RankWatch&) = delete;
  RankWatch& operator=(const RankWatch&) = delete;

  /// Ranks that died: of any on rank 0, of those on its host and rank 0 on others.
  std::set<int> lost() const;
  /// Cheap, for between two updates.
  bool is_any_lost() const { return any_lost_; }
  bool is_lost(int rank) const;

  /// While one lives, the main thread asks for the lost itself and calls nothing collective.
  class Listening {
   public:
    explicit Listening(RankWatch* watch) : watch_(watch) {
      if (watch_) ++watch_->n_listening_;
    }
    ~Listening() {
      if (watch_) --watch_->n_listening_;
    }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

   private:
    RankWatch* watch_;
  };

  /// Waits for the others of this host to leave, some seconds at most: who leaves first takes his messages along.
  void wait_for_others() const;

 private:
  struct Place {
    char where[80] = {};  ///< kernel and process space
    int process = 0;
  };

  void watch(const std::stop_token& stop);
  void look_at_processes();
  void look_at_file();
  void look_at_lease();
  void lose(int rank);
  bool tells_others() const;
  bool is_here(int rank) const;
  void end_process_when_due();

  int rank_;
  std::string lease_, file_;
  std::vector<Place> places_;  ///< [n_ranks]
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::set<int> lost_;
  std::atomic<bool> any_lost_ = false;
  std::atomic<int> n_listening_ = 0;
  int seconds_lost_ = 0;  ///< with nobody listening
  int seconds_ = 0;
  int seconds_without_lease_ = 0;
  double lease_time_ = 0;
  std::jthread thread_;  ///< last: it uses all of the above, and ends first
};

}  // namespace cohort
