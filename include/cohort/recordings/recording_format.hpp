#pragma once

#include <cohort/recordings/recorded_array.hpp>
#include <cohort/recordings/trial_cut.hpp>

#include <string>
#include <vector>

namespace cohort {

/// A kind of file in which recordings are kept. All calls look at the disk: ask for a recording by read_recording, and
/// one process looks for all.
class RecordingFormat {
 public:
  virtual ~RecordingFormat() = default;

  /// Whether `path` leads to something of this format, by what is in it and not by its name.
  virtual bool recognizes(const std::string& path) const = 0;

  /// Throws UserError when it is damaged or holds no recording.
  virtual RecordedArray read(const std::string& path) const = 0;

  /// The same of a format that keeps whole sessions, cut into trials. Others ignore times, which are chosen later, and
  /// throw UserError where columns of trials are named.
  virtual RecordedArray read_cut(const std::string& path, const TrialCut& cut) const;

  /// Whether it keeps whole sessions.
  virtual bool keeps_sessions() const { return false; }

  /// What there is to choose from in a session, in lines; empty for other formats. Throws UserError as read does.
  virtual std::vector<std::string> contents(const std::string&) const { return {}; }
};

}  // namespace cohort
