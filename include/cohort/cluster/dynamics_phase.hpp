#pragma once

#include <cohort/store/results_file.hpp>
#include <cohort/study/design.hpp>

namespace cohort {

/// Fixed points of the last network of every finished run, in every context of the task, with their stability; written
/// to /dynamics, each run's block by the rank that analysed it (collective). Runs that were analysed before are left
/// alone.
///
/// Starts are states the network visits on the task's evaluation trials, plus normal noise of a tenth of their standard
/// deviation.
void analyse_dynamics(const Study& study, const Design& design, ResultsFile& file);

}  // namespace cohort
