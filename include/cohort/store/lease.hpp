#pragma once

#include <chrono>
#include <string>

namespace cohort {

/// Who works on a results file.
struct LeaseHolder {
  std::string job{};  ///< job id of the scheduler, empty outside one
  std::string host{};
  int pid = 0;
  double age = 0;      ///< seconds since its last sign of life, by the clock of the disk; negative: in the future
  std::string over{};  ///< why nobody works on it any more; empty while somebody may
};

/// The right of one job to write a results file, as the file `<results>.lease` beside it.
///
/// One process of the job (rank 0) holds it and refreshes it at least every 30 s. It is over when its object is
/// gone, when its process is dead (on the same host, started by the same kernel), or when the file has not been touched
/// for 120 s. Clocks of hosts are not compared: age is the difference of two times that the disk gave, and a lease of
/// another host is watched before it is taken over, because some file systems take the time from the host that writes.
class Lease {
 public:
  struct Timing {
    std::chrono::duration<double> lifetime{120};  ///< a sign of life older than this means that the job died
    /// After taking over a lease: how long to wait for another job that does the same at this moment.
    std::chrono::duration<double> settling{2};
    /// How long another host's lease that seems to be over is watched; the job that holds it, if it lives, shows it in
    /// this time.
    std::chrono::duration<double> watch{25};
  };

  /// Takes the lease of `results_path` (the file itself, where that is a symbolic link) for `job`; one that is over is
  /// taken over, with a line in the log. Throws UserError that names the holder when another job works on the file, or
  /// when the directory cannot be written.
  static Lease acquire(const std::string& results_path, const std::string& job) {
    return acquire(results_path, job, Timing());
  }
  static Lease acquire(const std::string& results_path, const std::string& job, const Timing& timing);

  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&&) = delete;
  /// Gives the lease back.
  ~Lease();

  /// Shows a sign of life. A disk that is full or away for a moment is told in the log, and nothing more. Throws
  /// UserError when the lease was lost: another job thinks that this one is dead, or somebody deleted it.
  void refresh();

 private:
  Lease(std::string path, std::string job);

  bool is_ours() const;
  std::string text() const;
  bool create() const;
  /// False, with errno, when the disk refuses.
  bool overwrite() const;
  bool is_watched_dead(const Timing& timing) const;
  void take_over(const Timing& timing) const;

  std::string path_;  ///< empty: given away
  std::string job_, host_, token_;
  bool is_behind_ = false;  ///< the last sign of life could not be written
};

/// Who holds the lease of `results_path` now, or held it when its job died; a pid of 0 when nobody does.
LeaseHolder lease_holder(const std::string& results_path);

}  // namespace cohort
