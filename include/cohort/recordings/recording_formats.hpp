#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/recordings/recording_format.hpp>

namespace cohort {

/// Every format of recordings, by name.
const Registry<RecordingFormat>& recording_formats();

/// What is recorded at `path`, in whichever of them. Throws UserError that names the path.
RecordedArray read_recorded_array(const std::string& path);

}  // namespace cohort
