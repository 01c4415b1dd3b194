#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// What a look at all of a results file, and at what jobs have left beside it, has found.
///
/// Covered by checksums are the rows of finished runs, what never changes (design, task, architectures, recordings,
/// coordinates), what analyses have computed, and saved runs. Not covered, because nothing is computed from it or the
/// next job makes it again: bookkeeping in /state (but for the status), /segments and /analyses; attributes; the
/// numbers that say from what a result was made; rows of runs that are not finished; room that holds no value.
struct Verification {
  /// Something that is not what was written.
  struct Broken {
    std::string text;   ///< one line: what it is, with the keys of runs, and what can be done
    std::size_t n = 1;  ///< parts
  };

  std::size_t n_runs = 0, n_whole = 0, n_failed = 0, n_pending = 0;
  std::vector<Broken> broken{};
  std::vector<std::string> open{};  ///< left to do, or left behind by jobs that died: one line each

  std::size_t n_broken() const;
};

/// Reads everything (one process). Throws UserError when the file cannot be opened or its structure is damaged.
Verification verify_results(const std::string& path);

}  // namespace cohort
