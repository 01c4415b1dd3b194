#include <cohort/cluster/rank_watch.hpp>

#include <cohort/core/exit_code.hpp>
#include <cohort/store/together.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include <sys/stat.h>
#include <unistd.h>

namespace cohort {
namespace {

constexpr int kGrace = 3;         ///< seconds between a death and the end of who waits for the dead
constexpr int kLookAtFile = 5;    ///< seconds between two looks at the shared file
constexpr int kLeaseDeath = 300;  ///< seconds without a sign of life of rank 0; it shows one every 10

/// Which kernel and process space: what makes process numbers comparable.
std::string this_place() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string boot;
  std::getline(file, boot);
  char space[32] = {};
  if (::readlink("/proc/self/ns/pid", space, sizeof space - 1) < 0) return "";
  return boot + " " + space;
}

/// There is no such process, or it has ended and only waits to be reaped.
bool is_gone(int process) {
  if (::kill(process, 0) != 0) return errno == ESRCH;
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  const auto name_end = line.rfind(')');
  return name_end != std::string::npos && line.size() > name_end + 2 && line[name_end + 2] == 'Z';
}

}  // namespace

RankWatch::RankWatch(MPI_Comm comm, const std::string& beside)
    : rank_(rank_of(comm)), lease_(beside + ".lease"), places_(static_cast<std::size_t>(size_of(comm))) {
  Place own;
  std::strncpy(own.where, this_place().c_str(), sizeof own.where - 1);
  own.process = ::getpid();
  check_mpi(MPI_Allgather(&own, sizeof own, MPI_BYTE, places_.data(), sizeof own, MPI_BYTE, comm), "MPI_Allgather");
  unsigned token = std::random_device()();
  check_mpi(MPI_Bcast(&token, 1, MPI_UNSIGNED, 0, comm), "MPI_Bcast");
  file_ = beside + ".running/lost-" + std::to_string(token);
  thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

RankWatch::~RankWatch() {
  thread_.request_stop();
  thread_.join();
  if (rank_ == 0) ::unlink(file_.c_str());
}

std::set<int> RankWatch::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

bool RankWatch::is_lost(int rank) const {
  if (!any_lost_) return false;
  const std::lock_guard lock(mutex_);
  return lost_.contains(rank);
}

void RankWatch::wait_for_others() const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  const auto are_gone = [&] {
    for (int rank = 0; rank < static_cast<int>(places_.size()); ++rank)
      if (rank != rank_ && is_here(rank) && !is_gone(places_[static_cast<std::size_t>(rank)].process)) return false;
    return true;
  };
  while (!are_gone() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

void RankWatch::watch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, std::chrono::seconds(1), [&] { return stop.stop_requested(); })) {
    lock.unlock();
    ++seconds_;
    look_at_processes();
    if (seconds_ % kLookAtFile == 0) {
      look_at_file();
      look_at_lease();
    }
    end_process_when_due();
    lock.lock();
  }
}

bool RankWatch::is_here(int rank) const {
  const Place &own = places_[static_cast<std::size_t>(rank_)], &other = places_[static_cast<std::size_t>(rank)];
  return own.where[0] != '\0' && std::strcmp(own.where, other.where) == 0;
}

void RankWatch::lose(int rank) {
  const std::lock_guard lock(mutex_);
  lost_.insert(rank);
  any_lost_ = true;
}

/// The first of this host that lives, where there are other hosts.
bool RankWatch::tells_others() const {
  bool has_others = false;
  for (int rank = 0; rank < static_cast<int>(places_.size()); ++rank) {
    has_others = has_others || !is_here(rank);
    if (rank < rank_ && is_here(rank) && !is_lost(rank)) return false;
  }
  return has_others;
}

void RankWatch::look_at_processes() {
  for (int rank = 0; rank < static_cast<int>(places_.size()); ++rank) {
    if (rank == rank_ || is_lost(rank) || !is_here(rank)) continue;
    if (!is_gone(places_[static_cast<std::size_t>(rank)].process)) continue;
    lose(rank);
    if (!tells_others()) continue;
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(file_).parent_path(), error);
    std::ofstream(file_, std::ios::app) << rank << '\n';
  }
}

/// What ranks of other hosts wrote.
void RankWatch::look_at_file() {
  std::ifstream file(file_);
  for (int rank = 0; file >> rank;)
    if (rank >= 0 && rank < static_cast<int>(places_.size()) && rank != rank_) lose(rank);
}

/// Rank 0 of another host lives while its lease changes.
void RankWatch::look_at_lease() {
  struct stat status {};
  if (is_here(0) || ::stat(lease_.c_str(), &status) != 0) return;
  const double time = static_cast<double>(status.st_mtim.tv_sec) + 1e-9 * static_cast<double>(status.st_mtim.tv_nsec);
  seconds_without_lease_ = time == lease_time_ ? seconds_without_lease_ + kLookAtFile : 0;
  lease_time_ = time;
  if (seconds_without_lease_ >= kLeaseDeath) lose(0);
}

void RankWatch::end_process_when_due() {
  seconds_lost_ = any_lost_ && n_listening_ == 0 ? seconds_lost_ + 1 : 0;
  if (seconds_lost_ < kGrace) return;
  const std::set<int> dead = lost();
  int speaker = 0;
  while (dead.contains(speaker)) ++speaker;
  if (rank_ == speaker)
    std::fprintf(
        stderr,
        "cohort: rank %d died, and the others wait for it: the job ends here; what is finished is kept, run the "
        "same command again to go on\n",
        *dead.begin());
  std::fflush(stderr);
  std::_Exit(kStoppedEarly);
}

}  // namespace cohort
