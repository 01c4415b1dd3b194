#pragma once

#include <cohort/core/errors.hpp>
#include <cohort/study/study.hpp>

#include <string>
#include <vector>

namespace cohort {

/// A setting that decides the results of all runs, and that is not what it was.
struct SettingChange {
  std::string name;  ///< "[training] batch"
  std::string before, now;
  SourceLocation where;  ///< in the file of the study as it is now
};

/// What differs between an earlier text of a study file and the study, in the order of the options. Reads no file that
/// a study names. Empty when the earlier text cannot be understood, or when only data or versions of components differ.
std::vector<SettingChange> setting_changes(const std::string& earlier_text, const Study& study);

}  // namespace cohort
