#pragma once

#include <cohort/store/lease.hpp>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>

namespace cohort {

/// Holds the lease of a results file and renews it every 10 s from a thread of its own, so that it lasts whatever the
/// job does meanwhile: training, hours of analysis, waiting for a slow disk.
class LeaseKeeper {
 public:
  explicit LeaseKeeper(Lease lease);
  /// Gives the lease back.
  ~LeaseKeeper() = default;
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  /// Throws the UserError that says why the lease could not be renewed, if so.
  void check() const;

 private:
  void keep(std::stop_token stop);

  Lease lease_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::exception_ptr lost_;
  std::jthread thread_;  ///< last: it uses all of the above, and ends first
};

}  // namespace cohort
