#pragma once

#include <stdexcept>
#include <string>

namespace cohort {

/// Where in a user's file something is wrong. Line and column count from 1; 0 means unknown.
struct SourceLocation {
  std::string file;
  int line = 0;
  int column = 0;
};

/// The user's input is wrong: a study file, a recording, a results file, the environment.
/// Ends the program with one clear line, `file:line:column: problem (why) suggestion`, and exit code 2.
class UserError : public std::runtime_error {
 public:
  explicit UserError(const std::string& problem, const std::string& why = "", const std::string& suggestion = "",
                     const SourceLocation& location = {});

  /// The same error, now knowing the file it came from. A location already known is kept.
  UserError at(const SourceLocation& location) const;

 private:
  std::string problem_, why_, suggestion_;
  SourceLocation location_;
};

/// One run cannot go on (its numbers exploded, its memory ran out). Ends that run, never the job.
class RunError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A bug in Cohort itself: a broken precondition between two of its parts.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Precondition of an internal call. Always on: it is never placed inside a time loop.
inline void expects(bool condition, const char* what) {
  if (!condition) throw InternalError(std::string("internal error: expected ") + what);
}

}  // namespace cohort
