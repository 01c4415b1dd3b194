#pragma once

#include <cohort/study/study.hpp>

#include <string>
#include <vector>

namespace cohort {

/// A number of each run at each level that an analysis leaves: a dataset [run, level], which the factors may explain.
struct RunScalar {
  std::string response;  ///< what [effects] responses calls it
  std::string dataset;
  bool (*is_asked)(const Study& study);  ///< whether the study has it computed
};

/// All of them, in the order of effect_responses().
const std::vector<RunScalar>& run_scalars();

}  // namespace cohort
