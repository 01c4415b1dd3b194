#pragma once

#include <cohort/analysis/analyses.hpp>
#include <cohort/store/schema.hpp>
#include <cohort/study/design.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort::app {

/// What running a study into a file would keep, train and compute.
struct ResumeReport {
  std::vector<bool> kept;          ///< [n_runs]
  std::vector<std::string> lines;  ///< runs, then a line per analysis; for a file that is not there, that it is not
};

/// Lets `design` draw as the results at `path` did, and compares them with the study. Throws UserError when they belong
/// to another study. Reads the file, with its checksums, and writes nothing.
ResumeReport resume_report(const std::string& path, const Study& study, Design& design);

}  // namespace cohort::app
