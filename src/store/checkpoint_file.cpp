#include <cohort/store/checkpoint_file.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/learning/state_reader.hpp>
#include <cohort/learning/state_writer.hpp>
#include <cohort/store/bounded_archive.hpp>

#include <boost/archive/archive_exception.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

namespace cohort {
namespace {

constexpr std::string_view kFormat = "cohort run under way ";
constexpr int kVersion = 2;

/// What a file holds behind its head.
struct Content {
  std::string identity{};
  double wall_seconds = 0, cpu_seconds = 0;
  std::vector<std::string> levels{};
  std::string state{};

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& identity& wall_seconds& cpu_seconds& levels& state;
  }
};

/// "cohort run under way 2 <bytes of the rest> <checksum of the rest>\n"
std::string head_of(const std::string& body) {
  return fmt::format("{}{} {} {:016x}\n", kFormat, kVersion, body.size(), hash64(body));
}

std::string body_of(const Content& content) {
  std::ostringstream stream(std::ios::binary);
  boost::archive::binary_oarchive(stream, boost::archive::no_header) << content;
  return std::move(stream).str();
}

Content content_of(std::string body) {
  Content content;
  std::istringstream stream(std::move(body), std::ios::binary);
  try {
    BoundedArchive(stream) >> content;
  } catch (const std::exception& error) {  // of the archive
    throw RunError(fmt::format("cannot be understood: {}", error.what()));
  }
  return content;
}

/// The rest of a file, whose head and checksum are right. Throws RunError when they are not.
std::string checked_body(std::ifstream& file, std::uintmax_t file_size) {
  constexpr std::size_t most = 80;  // characters of a head
  std::string head(most, '\0');
  file.read(head.data(), most);
  head.resize(static_cast<std::size_t>(file.gcount()));
  if (!head.starts_with(kFormat)) throw RunError("is no saved run");
  const std::string version = fmt::format("{}{} ", kFormat, kVersion);
  if (!head.starts_with(version)) throw RunError("was saved by another version of the program");
  const auto end = head.find('\n');
  if (end == std::string::npos) throw RunError("is damaged");
  head.resize(end + 1);
  std::string body(file_size - head.size(), '\0');
  file.clear();
  file.seekg(static_cast<std::streamoff>(head.size()));
  file.read(body.data(), static_cast<std::streamsize>(body.size()));
  if (!file || head != head_of(body)) throw RunError("is damaged");
  return body;
}

/// Throws RunError, which says why, when the file cannot be used.
Content content_at(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw RunError(fmt::format("cannot be read: {}", error.message()));
  if (!file) throw RunError(fmt::format("cannot be read: {}", std::strerror(errno)));
  return content_of(checked_body(file, size));
}

RunUnderWay run_of(const Content& content) {
  RunUnderWay run{{}, content.wall_seconds, content.cpu_seconds, content.levels};
  restore_state(content.state, run.state);
  return run;
}

/// Writes and synchronizes a new file. Returns 0 or the reason, an errno.
int write_whole(const std::string& path, std::initializer_list<std::string_view> parts) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return errno;
  int reason = 0;
  for (std::string_view left : parts) {
    while (!left.empty() && reason == 0) {
      const auto n = ::write(file, left.data(), left.size());
      if (n > 0) left.remove_prefix(static_cast<std::size_t>(n));
      if (n < 0 && errno != EINTR) reason = errno;
    }
  }
  if (reason == 0 && ::fsync(file) != 0 && errno != EINVAL) reason = errno;  // EINVAL: cannot be synchronized
  if (::close(file) != 0 && reason == 0) reason = errno;
  return reason;
}

}  // namespace

CheckpointFile::CheckpointFile(std::string path, std::string identity)
    : path_(std::move(path)), identity_(std::move(identity)) {}

void CheckpointFile::write(RunUnderWay run) const {
  const std::string body = body_of({identity_, run.wall_seconds, run.cpu_seconds, run.levels, state_bytes(run.state)});
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), error);
  const std::string fresh = path_ + ".new";
  int reason = error ? error.value() : write_whole(fresh, {head_of(body), body});
  if (reason == 0 && std::rename(fresh.c_str(), path_.c_str()) != 0) reason = errno;
  if (reason == 0) return;
  ::unlink(fresh.c_str());
  throw UserError("cannot be written", std::strerror(reason), "", {path_});
}

std::optional<RunUnderWay> CheckpointFile::read() const {
  std::error_code unknown;
  if (!std::filesystem::exists(path_, unknown) && !unknown) return std::nullopt;
  const Content content = content_at(path_);
  if (content.identity != identity_) throw RunError("is of another run, or of one of which something else is stored");
  return run_of(content);
}

RunUnderWay CheckpointFile::read_any() const { return run_of(content_at(path_)); }

void CheckpointFile::remove() const noexcept { ::unlink(path_.c_str()); }

}  // namespace cohort
