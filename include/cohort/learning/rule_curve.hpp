#pragma once

#include <string>

namespace cohort {

/// A curve that only the trainings of one rule have: an angle, a prediction error. One value per update.
struct RuleCurve {
  std::string name;       ///< unique among all rules, so best begun with the rule's: "kernl_prediction_error"
  std::string long_name;  ///< one line, what a reader of the results file is told
  std::string units = "1";

  /// Where the results file keeps them.
  static constexpr const char* kGroup = "/curves/rule";

  /// What the record and the results file call it.
  std::string path() const { return "rule/" + name; }
};

}  // namespace cohort
