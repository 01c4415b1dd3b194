#pragma once

#include <cohort/recordings/npy_array.hpp>

#include <memory>
#include <string>

namespace cohort {

/// The array of a .npy file, or what a run has learned, see read_learned_theta (`results.h5:17`). As long as anybody
/// holds it, everybody who asks for the same path gets this one: the file is read once, and cannot change under a job.
/// Throws UserError as these do.
std::shared_ptr<const NpyArray> shared_array(const std::string& path);

}  // namespace cohort
