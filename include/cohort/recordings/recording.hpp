#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/recordings/npy_array.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

/// What others measured, on samples that can be compared with a network's. A sample is a (condition, time) pair, time
/// fastest within a condition.
struct Recording {
  std::string source{};  ///< the file: what messages call it
  std::vector<std::string>
      axes{};              ///< of the array as stored: "units", "time", "conditions", "trials"; "samples", "units"
  Index n_conditions = 0;  ///< 0: unknown
  MatrixXd values{};       ///< [n_samples x n_units]; the mean over trials where there are several
  std::vector<MatrixXd> trials{};         ///< each [n_samples x n_units]; empty unless the file keeps trials apart
  std::vector<std::string> conditions{};  ///< labels [n_conditions]; empty: none given
  std::uint64_t content = 1;              ///< hash of shape and numbers, never 0: what results made from it depend on

  Index n_samples() const { return values.rows(); }
  Index n_units() const { return values.cols(); }
};

/// An array as a recording: [units, time, conditions, trials], [units, time, conditions], or [samples, units], in which
/// conditions are unknown. Throws UserError for any other number of dimensions.
Recording recording_from(const NpyArray& array, const std::string& source);

/// Reads a recording from a file of any known format: today `.npy`. Throws UserError.
Recording read_recording(const std::string& path);

}  // namespace cohort
