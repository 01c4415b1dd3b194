#pragma once

#include <cohort/study/run_keeper.hpp>

#include <optional>
#include <string>

namespace cohort {

/// One run under way as one small file. A head names its format, its version and the checksum of the rest, which is
/// looked at by nobody before the checksum was found right: an archive of Boost.Serialization with the run's identity,
/// the time spent on it and its TrainingState, bit for bit.
class CheckpointFile {
 public:
  /// `identity` as of identity_under_way: a file with another one is of another run.
  CheckpointFile(std::string path, std::string identity);

  /// Writes a temporary file beside it, hands that to the disk and renames it, so that there is always the old file or
  /// the new one, whole. Makes the folder if need be. Throws UserError when the disk refuses.
  void write(RunUnderWay run) const;

  /// None when there is no file. Throws RunError, which says why, when there is one that cannot be used: damaged, of
  /// another version, of another run.
  std::optional<RunUnderWay> read() const;

  /// The same of whatever run it is. Throws RunError when there is none.
  RunUnderWay read_any() const;

  void remove() const noexcept;

  const std::string& path() const { return path_; }

 private:
  std::string path_, identity_;
};

}  // namespace cohort
