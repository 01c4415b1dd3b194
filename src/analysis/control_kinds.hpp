#pragma once

#include <cohort/analysis/recording_control.hpp>

#include <vector>

namespace cohort {

/// The controls that [similarity] asks for, of this measure.
std::vector<RecordingControl::Kind> control_kinds(const SimilarityOptions& options, const Measure& measure);

}  // namespace cohort
