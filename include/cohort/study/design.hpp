#pragma once

#include <cohort/study/study.hpp>

#include <array>
#include <string>
#include <vector>

namespace cohort {

/// One cell of the factorial: one network to train. Never knows which rank trains it.
struct Run {
  std::array<int, n_factors> level{};  ///< index into Study::levels, per Factor
  std::string key;                     ///< hash of everything that decides its result, 32 hexadecimal digits
};

/// Every run of a study, in the order of the file: seeds fastest, rules slowest.
struct Design {
  std::vector<Run> runs;
};

/// The full factorial of the study's levels without what [[exclude]] leaves out. Throws UserError when nothing is left
/// or an exclusion matches nothing.
Design expand(const Study& study);

const FactorLevel& level_of(const Study& study, const Run& run, Factor factor);

/// The canonical text of a run's level, with its version: that of a rule is read for the family of the architecture.
const std::string& versioned_level(const Study& study, const Run& run, Factor factor);

/// "eprop | ctrnn/units=200 | gaussian | adam | seed 3": how messages call a run.
std::string run_name(const Study& study, const Run& run);

/// Hash of the study's name and of everything its runs share (task, training, snapshots). Levels of factors are left
/// out: a study to which seeds or rules were added is still the same study.
std::string study_key(const Study& study);

/// Does `text` match `pattern`, in which `*` stands for any text?
bool matches(std::string_view pattern, std::string_view text);

}  // namespace cohort
