#pragma once

#include <cohort/recordings/npy_array.hpp>

#include <string>

namespace cohort {

/// Whether `text` names a run of a results file: a file, a colon, a run, as `results.h5:17`.
bool names_learned_theta(const std::string& text);

/// The ten coefficients of plasticity that a run of `plastic_mlp` ended with, of a results file whose study kept
/// weights: `results.h5:17`, by the run's row, or by its key or how that begins (four characters at least). Terms that
/// the run did not have are 0. Throws UserError when there is no such file or run, when the run is not done, and when
/// it has no coefficients.
NpyArray read_learned_theta(const std::string& text);

}  // namespace cohort
