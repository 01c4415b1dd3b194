#pragma once

#include <chrono>
#include <string>

namespace cohort {

/// Who works on a results file. `heartbeat` is in seconds since 1970 (UTC).
struct LeaseHolder {
  std::string job{};  ///< job id of the scheduler, empty outside one
  std::string host{};
  int pid = 0;
  double heartbeat = 0;
};

/// The right of one job to write a results file, as the file `<results>.lease` beside it.
///
/// One process of the job (rank 0) holds it and refreshes it at least every 30 s. It is over when its object is
/// gone, when its process is dead (on the same host), or when its heartbeat is older than 120 s.
class Lease {
 public:
  struct Timing {
    std::chrono::duration<double> lifetime{120};  ///< a heartbeat older than this means that the job died
    /// After taking over a lease: how long to wait for another job that does the same at this moment.
    std::chrono::duration<double> settling{2};
  };

  /// Takes the lease of `results_path` for `job`; one that is over is taken over, with a line in the log.
  /// Throws UserError that names the holder when another job works on the file, or when the directory cannot be
  /// written.
  static Lease acquire(const std::string& results_path, const std::string& job) {
    return acquire(results_path, job, Timing());
  }
  static Lease acquire(const std::string& results_path, const std::string& job, const Timing& timing);

  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&&) = delete;
  /// Gives the lease back.
  ~Lease();

  /// Renews the heartbeat. Throws UserError when the lease was lost: another job thinks that this one is dead.
  void refresh();

 private:
  Lease(std::string path, std::string job);

  bool is_ours() const;
  std::string text(double heartbeat) const;
  bool create() const;
  void overwrite() const;
  void take_over(const Timing& timing) const;

  std::string path_;  ///< empty: given away
  std::string job_, host_, token_;
};

/// Who holds the lease of `results_path` now; a pid of 0 when nobody does.
LeaseHolder lease_holder(const std::string& results_path);

}  // namespace cohort
