#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/recordings/recording_format.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Every format of recordings, by name.
const Registry<RecordingFormat>& recording_formats();

/// What is recorded at `path`, in whichever of them. Throws UserError that names the path.
RecordedArray read_recorded_array(const std::string& path, const TrialCut& cut = {});

/// Whether a session is recorded there, which is cut into trials.
bool is_session(const std::string& path);

/// What there is to choose from at `path`, see RecordingFormat::contents.
std::vector<std::string> recorded_contents(const std::string& path);

}  // namespace cohort
