#pragma once

#include <cstddef>
#include <string>

namespace cohort {

/// Which pairs of networks a study compares: [similarity] pairs.
struct PairChoice {
  enum class Kind { all, none, sample };
  Kind kind = Kind::all;
  std::size_t n = 0;  ///< of a sample

  bool is_all() const { return kind == Kind::all; }
};

/// true, false, sample:2000
std::string to_text(const PairChoice& choice);

}  // namespace cohort
