#pragma once

#include <cohort/analysis/recording_score.hpp>

#include <vector>

namespace cohort {

/// The scores that [similarity] asks for, of this measure.
std::vector<RecordingScore::Kind> score_kinds(const SimilarityOptions& options, const Measure& measure);

}  // namespace cohort
