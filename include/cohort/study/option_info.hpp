#pragma once

#include <string>
#include <vector>

namespace cohort {

/// Whose key an option is part of: a finished run is found again as long as its key is the same.
enum class PartOf {
  every_run,      ///< decides the results of all runs
  runs_of_level,  ///< decides the results of the runs with that level of a factor
  no_run          ///< decides what is stored or computed afterwards
};

/// What there is to say about one key of one section of a study file: `cohort list options`, the errors and the docs
/// are made from it.
struct OptionInfo {
  std::string section;  ///< "training"
  std::string name;     ///< "updates"
  std::string legal;    ///< "integer of at least 1"
  std::string unit;     ///< "ms"; empty for none
  std::string description;
  std::string fallback{};  ///< the default, as a user would write it; empty: there is none
  PartOf part_of = PartOf::no_run;
  std::vector<std::string> also_called{};  ///< what other programs call it; not accepted, but understood
  std::string example{};                   ///< a line that uses it, where its name does not say how

  /// "training.updates"
  std::string full_name() const { return section + "." + name; }
};

/// Every option of a study file, in the order in which a file is best written.
const std::vector<OptionInfo>& study_options();

}  // namespace cohort
