#pragma once

#include <cstddef>
#include <string>

namespace cohort {

class ResultsFile;

// Tidy tables of a results file for R, pandas and spreadsheets (see CsvWriter). What is not there is an empty field.
// Each gives back how many rows it wrote. Throws UserError when `path` cannot be written.

/// A row per run and level: run, level, a column per factor, key, status, then every number that the file has of a run
/// or of a run at a level, by the name of its dataset; curves as they stood when the level was reached.
std::size_t write_run_table(ResultsFile& file, const std::string& path);

/// A row per level and pair of finished runs: run, other_run, level, measure, value; each pair once where the measure
/// is symmetric. One row of the matrix is in memory at a time.
std::size_t write_distance_table(ResultsFile& file, const std::string& path);

/// A row per level, finished run and recording: run, recording, level, measure, value, then whatever the file has
/// around it, by name ("normalized", "matched_corrected", "null_p").
std::size_t write_recording_table(ResultsFile& file, const std::string& path);

}  // namespace cohort
