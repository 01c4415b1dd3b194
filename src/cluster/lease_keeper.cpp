#include <cohort/cluster/lease_keeper.hpp>

#include <chrono>
#include <utility>

namespace cohort {

LeaseKeeper::LeaseKeeper(Lease lease)
    : lease_(std::move(lease)), thread_([this](std::stop_token stop) { keep(std::move(stop)); }) {}

void LeaseKeeper::check() const {
  const std::lock_guard lock(mutex_);
  if (lost_) std::rethrow_exception(lost_);
}

void LeaseKeeper::keep(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, std::chrono::seconds(10), [&] { return stop.stop_requested(); })) {
    std::exception_ptr failure;
    lock.unlock();  // nobody waits for the disk
    try {
      lease_.refresh();
    } catch (const std::exception&) {
      failure = std::current_exception();
    }
    lock.lock();
    lost_ = failure;
    if (lost_) return;
  }
}

}  // namespace cohort
