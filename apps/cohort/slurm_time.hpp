#pragma once

#include <string>

namespace cohort::app {

/// Seconds of a time as SLURM writes it: minutes, M:S, H:M:S, D-H, D-H:M or D-H:M:S; infinite for UNLIMITED. Throws
/// UserError, which calls the time `what`, for anything else.
double slurm_seconds(const std::string& text, const std::string& what);

}  // namespace cohort::app
