#include <cohort/core/errors.hpp>
#include <cohort/core/log.hpp>
#include <cohort/store/lease.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cohort {
namespace {

struct Record {
  LeaseHolder holder;
  std::string token;  ///< tells two leases of the same process apart
};

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

std::string random_token() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

/// What the lease file says. A file that cannot be understood (its job died while writing it) has no holder but the
/// time of its last change.
std::optional<Record> read_record(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  Record record;
  record.holder.heartbeat = static_cast<double>(status.st_mtime);
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (!json.is_object()) return record;
  try {
    record.holder = {json.at("job"), json.at("host"), json.at("pid"), json.at("heartbeat")};
    record.token = json.at("token");
  } catch (const nlohmann::json::exception&) {
  }
  return record;
}

/// There is no such process on this host, or it has ended and only waits to be reaped: where process 1 of a container
/// does not reap, that is for ever.
bool is_dead(int pid) {
  if (::kill(pid, 0) != 0) return errno == ESRCH;
  std::ifstream file(fmt::format("/proc/{}/stat", pid));  // pid (name) state ...
  std::string text;
  std::getline(file, text);
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && text.substr(name_end).starts_with(") Z");
}

/// Why the lease is over; empty while it is held.
std::string why_over(const LeaseHolder& holder, std::chrono::duration<double> lifetime) {
  const double age = now() - holder.heartbeat;
  if (age > lifetime.count()) return fmt::format("no sign of life for {:.0f} s", age);
  const bool is_here = holder.pid > 0 && holder.host == host_name();
  if (is_here && is_dead(holder.pid)) return "its process is gone";
  return "";
}

std::string described(const LeaseHolder& holder) {
  const std::string job = holder.job.empty() ? "a job" : "job " + holder.job;
  return fmt::format("{} on host {}, process {}, last sign of life {:.0f} s ago", job,
                     holder.host.empty() ? "unknown" : holder.host, holder.pid, now() - holder.heartbeat);
}

[[noreturn]] void refuse(const std::string& path, const LeaseHolder& holder) {
  throw UserError("another job is writing these results", described(holder),
                  fmt::format("Wait for it, or stop it and delete {}.", path), {path});
}

}  // namespace

Lease::Lease(std::string path, std::string job)
    : path_(std::move(path)), job_(std::move(job)), host_(host_name()), token_(random_token()) {}

Lease::Lease(Lease&& other) noexcept
    : path_(std::exchange(other.path_, "")),
      job_(std::move(other.job_)),
      host_(std::move(other.host_)),
      token_(std::move(other.token_)) {}

Lease Lease::acquire(const std::string& results_path, const std::string& job, const Timing& timing) {
  Lease lease(results_path + ".lease", job);
  for (int attempt = 0; !lease.create(); ++attempt) {
    const auto record = read_record(lease.path_);
    if (!record && attempt < 10) continue;  // given back at this moment
    if (!record) throw UserError("cannot be read", "it exists, but says nothing", "Delete it.", {lease.path_});
    const std::string reason = why_over(record->holder, timing.lifetime);
    if (reason.empty()) refuse(lease.path_, record->holder);
    log(LogLevel::warning, fmt::format("{}: taking over from {} ({})", lease.path_, described(record->holder), reason));
    lease.take_over(timing);
    break;
  }
  return lease;
}

Lease::~Lease() {
  if (!path_.empty() && is_ours()) ::unlink(path_.c_str());
}

void Lease::refresh() {
  const auto record = read_record(path_);
  if (!record) throw UserError("has been deleted", "while its job was working", "Run again to go on.", {path_});
  if (record->token != token_) refuse(path_, record->holder);
  overwrite();
}

bool Lease::is_ours() const {
  const auto record = read_record(path_);
  return record && record->token == token_;
}

std::string Lease::text(double heartbeat) const {
  const nlohmann::json json = {
      {"job", job_}, {"host", host_}, {"pid", ::getpid()}, {"heartbeat", heartbeat}, {"token", token_}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

bool Lease::create() const {
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0 && errno == EEXIST) return false;
  if (file < 0)
    throw UserError("cannot be created", std::strerror(errno), "Choose a folder that is there and may be written.",
                    {path_});
  const std::string content = text(now());
  const bool written = ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  const int reason = errno;
  ::close(file);
  if (written) return true;
  ::unlink(path_.c_str());
  throw UserError("cannot be written", std::strerror(reason), "", {path_});
}

void Lease::overwrite() const {
  const std::string fresh = path_ + "." + token_;  // renamed over the old one: readers see one or the other
  std::ofstream file(fresh);
  file << text(now());
  file.close();
  if (file && std::rename(fresh.c_str(), path_.c_str()) == 0) return;
  const int reason = errno;
  ::unlink(fresh.c_str());
  throw UserError("cannot be written", std::strerror(reason), "", {path_});
}

/// Two jobs may take over at once: the last to write wins, and the other sees that after the settling time.
void Lease::take_over(const Timing& timing) const {
  overwrite();
  std::this_thread::sleep_for(timing.settling);
  const auto record = read_record(path_);
  if (!record || record->token != token_) refuse(path_, record ? record->holder : LeaseHolder{});
}

LeaseHolder lease_holder(const std::string& results_path) {
  const auto record = read_record(results_path + ".lease");
  return record ? record->holder : LeaseHolder{};
}

}  // namespace cohort
