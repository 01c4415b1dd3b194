#pragma once

#include <cohort/recordings/recorded_array.hpp>

#include <string>

namespace cohort {

/// A kind of file in which recordings are kept. Both calls look at the disk: ask for a recording by read_recording, and
/// one process looks for all.
class RecordingFormat {
 public:
  virtual ~RecordingFormat() = default;

  /// Whether `path` leads to something of this format, by what is in it and not by its name.
  virtual bool recognizes(const std::string& path) const = 0;

  /// Throws UserError when it is damaged or holds no recording.
  virtual RecordedArray read(const std::string& path) const = 0;
};

}  // namespace cohort
