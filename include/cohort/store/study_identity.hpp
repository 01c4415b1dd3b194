#pragma once

#include <cohort/store/results_file.hpp>
#include <cohort/study/study.hpp>

#include <string>

namespace cohort {

/// Root attribute: what the study stored when its results were first made, see Study::streams_text.
inline constexpr const char* kStoredFirst = "stored_first";

/// The file was made by a version whose keys depended on what is stored.
bool has_former_keys(const ResultsFile& file);

/// What the study of a file stored when its results were first made.
std::string stored_first(ResultsFile& file);

/// Throws UserError, with the first difference in the study file, unless the file holds results of this study: levels
/// of factors, analyses, its name and what is stored may have changed.
void check_same_study(ResultsFile& file, const Study& study);

/// Where results at `path` really are: a symbolic link stays one, and what it names is written.
std::string behind_links(const std::string& path);

}  // namespace cohort
