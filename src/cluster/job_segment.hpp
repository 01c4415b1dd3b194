#pragma once

#include <cohort/store/results_file.hpp>

#include <functional>
#include <string>

namespace cohort {

/// Seconds since 1970.
double unix_time();

/// Of the scheduler; empty outside one.
std::string job_id();

/// Notes in the file that this start of the job begins, does `work`, and notes how it ended (collective). `work`
/// returns true when it was stopped early on purpose, and so does this. A job that ends by an error says so in the
/// file: what every rank knows rank 0 writes, anything else whoever met it.
bool in_segment(ResultsFile& file, MPI_Comm comm, const std::function<bool()>& work);

}  // namespace cohort
