#include <cohort/core/errors.hpp>
#include <cohort/core/log.hpp>
#include <cohort/store/lease.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cohort {
namespace {

struct Record {
  LeaseHolder holder;
  std::string token;    ///< tells two leases of the same process apart; empty: the file could not be understood
  std::string process;  ///< see process_identity
  double touched = 0;   ///< when the file was written, by the clock of the disk
};

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

std::string random_token() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// The fields of /proc/PID/stat behind the name, which may hold anything; empty when there is no such process.
std::vector<std::string> process_fields(int pid) {
  const std::string text = first_line(fmt::format("/proc/{}/stat", pid));  // pid (name) state ppid ...
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(text.substr(name_end + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

/// Which kernel, process space and process: two containers may have the same host name and process numbers, and numbers
/// are used again. Empty where the system does not tell.
std::string process_identity(int pid) {
  const std::string boot = first_line("/proc/sys/kernel/random/boot_id");
  char space[64] = {};
  if (boot.empty() || ::readlink("/proc/self/ns/pid", space, sizeof space - 1) < 0) return "";
  constexpr std::size_t start_time = 19;  // field 22 of the line, 3 of which came before
  const auto fields = process_fields(pid);
  return fields.size() > start_time ? fmt::format("{} {} {}", boot, space, fields[start_time]) : "";
}

double seconds_of(const timespec& time) {
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// The time that the disk gives a file that is written now; that of this host where none can be written.
double disk_time(const std::string& beside) {
  const std::string path = beside + "." + random_token();
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  struct stat status {};
  const bool is_known = file >= 0 && ::fstat(file, &status) == 0;
  if (file >= 0) {
    ::close(file);
    ::unlink(path.c_str());
  }
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return seconds_of(is_known ? status.st_mtim : now);
}

/// What the lease file says; none when there is no file. One that cannot be understood (its job died while writing it)
/// or read has no holder but the time of its last change.
std::optional<Record> read_record(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  Record record;
  record.touched = seconds_of(status.st_mtim);
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (!json.is_object()) return record;
  try {
    record.holder.job = json.at("job");
    record.holder.host = json.at("host");
    record.holder.pid = json.at("pid");
    record.process = json.value("process", "");
    record.token = json.at("token");
  } catch (const nlohmann::json::exception&) {
  }
  return record;
}

/// There is no such process here, or it has ended and only waits to be reaped: where process 1 of a container does not
/// reap, that is for ever.
bool is_dead(int pid) {
  if (::kill(pid, 0) != 0) return errno == ESRCH;
  const auto fields = process_fields(pid);
  return !fields.empty() && fields.front() == "Z";
}

/// Whether this host can say if the holder lives: its kernel and process space are ours.
bool is_of_this_host(const Record& record) {
  if (record.holder.pid <= 0 || record.holder.host != host_name()) return false;
  const std::string ours = process_identity(::getpid());
  const auto space_of = [](const std::string& identity) { return identity.substr(0, identity.rfind(' ')); };
  return record.process.empty() || ours.empty() || space_of(record.process) == space_of(ours);
}

/// Why the lease is over; empty while it is held.
std::string why_over(const Record& record, std::chrono::duration<double> lifetime) {
  if (is_of_this_host(record)) {
    const bool is_other = !record.process.empty() && record.process != process_identity(record.holder.pid);
    if (is_dead(record.holder.pid) || is_other) return "its process is gone";
  }
  if (record.holder.age > lifetime.count()) return fmt::format("no sign of life for {:.0f} s", record.holder.age);
  return "";
}

/// The record with its age, and whether it is over.
std::optional<Record> judged_record(const std::string& path, std::chrono::duration<double> lifetime) {
  auto record = read_record(path);
  if (!record) return std::nullopt;
  record->holder.age = disk_time(path) - record->touched;
  record->holder.over = why_over(*record, lifetime);
  return record;
}

std::string described(const LeaseHolder& holder) {
  const std::string job = holder.job.empty() ? "a job" : "job " + holder.job;
  return fmt::format("{} on host {}, process {}, last sign of life {:.0f} s ago", job,
                     holder.host.empty() ? "unknown" : holder.host, holder.pid, holder.age);
}

[[noreturn]] void refuse(const std::string& path, const LeaseHolder& holder) {
  throw UserError("another job is writing these results", described(holder),
                  fmt::format("Wait for it, or stop it and delete {}.", path), {path});
}

/// The same for every name of a file but hard links.
std::string lease_path(const std::string& results_path) {
  std::error_code unknown;
  const auto whole = std::filesystem::weakly_canonical(results_path, unknown);
  const bool is_link = std::filesystem::is_symlink(std::filesystem::symlink_status(results_path, unknown));
  return (is_link && !whole.empty() ? whole.string() : results_path) + ".lease";
}

}  // namespace

Lease::Lease(std::string path, std::string job)
    : path_(std::move(path)), job_(std::move(job)), host_(host_name()), token_(random_token()) {}

Lease::Lease(Lease&& other) noexcept
    : path_(std::exchange(other.path_, "")),
      job_(std::move(other.job_)),
      host_(std::move(other.host_)),
      token_(std::move(other.token_)),
      is_behind_(other.is_behind_) {}

Lease Lease::acquire(const std::string& results_path, const std::string& job, const Timing& timing) {
  Lease lease(lease_path(results_path), job);
  for (int attempt = 0; !lease.create(); ++attempt) {
    const auto record = judged_record(lease.path_, timing.lifetime);
    if (!record && attempt < 10) continue;  // given back at this moment
    if (!record) throw UserError("cannot be read", "it exists, but says nothing", "Delete it.", {lease.path_});
    const bool is_strange = record->holder.age < -1;  // written in the future: nobody knows when
    if (record->holder.over.empty() && !is_strange) refuse(lease.path_, record->holder);
    const std::string reason = is_strange && record->holder.over.empty() ? "its time lies in the future, but it does "
                                                                           "not change"
                                                                         : record->holder.over;
    if (!is_of_this_host(*record) && !lease.is_watched_dead(timing)) refuse(lease.path_, record->holder);
    log(LogLevel::warning, fmt::format("{}: taking over from {} ({})", lease.path_, described(record->holder), reason));
    lease.take_over(timing);
    break;
  }
  return lease;
}

/// Watches another host's lease for a sign of life. The file itself says it, whatever anybody's clock.
bool Lease::is_watched_dead(const Timing& timing) const {
  const auto before = read_record(path_);
  const auto end = std::chrono::steady_clock::now() + timing.watch;
  log(LogLevel::info, fmt::format("{}: watching for {:.0f} s whether its job lives", path_, timing.watch.count()));
  while (std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::min<std::chrono::duration<double>>(timing.watch / 20, std::chrono::seconds(1)));
    const auto now = read_record(path_);
    if (!now || !before || now->touched != before->touched || now->token != before->token) return false;
  }
  return true;
}

Lease::~Lease() {
  if (!path_.empty() && is_ours()) ::unlink(path_.c_str());
}

void Lease::refresh() {
  const auto record = read_record(path_);
  if (!record) throw UserError("has been deleted", "while its job was working", "Run again to go on.", {path_});
  if (!record->token.empty() && record->token != token_) {
    const auto judged = judged_record(path_, Timing().lifetime);
    refuse(path_, judged ? judged->holder : record->holder);
  }
  const bool is_written = overwrite();
  const int reason = errno;
  // A full disk still takes a time.
  if (!is_written && ::utimensat(AT_FDCWD, path_.c_str(), nullptr, 0) != 0 && !is_behind_)
    log(LogLevel::warning, fmt::format("{}: cannot be written ({}); trying again", path_, std::strerror(reason)));
  is_behind_ = !is_written;
}

bool Lease::is_ours() const {
  const auto record = read_record(path_);
  return record && record->token == token_;
}

std::string Lease::text() const {
  const nlohmann::json json = {{"job", job_},
                               {"host", host_},
                               {"pid", ::getpid()},
                               {"process", process_identity(::getpid())},
                               {"token", token_}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

bool Lease::create() const {
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0 && errno == EEXIST) return false;
  if (file < 0)
    throw UserError("cannot be created", std::strerror(errno), "Choose a folder that is there and may be written.",
                    {path_});
  const std::string content = text();
  const bool written = ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  const int reason = errno;
  ::close(file);
  if (written) return true;
  ::unlink(path_.c_str());
  throw UserError("cannot be written", std::strerror(reason), "", {path_});
}

bool Lease::overwrite() const {
  const std::string fresh = path_ + "." + token_;  // renamed over the old one: readers see one or the other
  std::ofstream file(fresh);
  file << text();
  file.close();
  if (file && std::rename(fresh.c_str(), path_.c_str()) == 0) return true;
  const int reason = errno;
  ::unlink(fresh.c_str());
  errno = reason;
  return false;
}

/// Two jobs may take over at once: the last to write wins, and the other sees that after the settling time.
void Lease::take_over(const Timing& timing) const {
  if (!overwrite()) throw UserError("cannot be written", std::strerror(errno), "", {path_});
  std::this_thread::sleep_for(timing.settling);
  const auto record = judged_record(path_, timing.lifetime);
  if (!record || record->token != token_) refuse(path_, record ? record->holder : LeaseHolder{});
}

LeaseHolder lease_holder(const std::string& results_path) {
  const auto record = judged_record(lease_path(results_path), Lease::Timing().lifetime);
  return record ? record->holder : LeaseHolder{};
}

}  // namespace cohort
