#pragma once

#include <cohort/report/effects_summary.hpp>
#include <cohort/report/picture_format.hpp>

#include <string>
#include <vector>

namespace cohort {

/// A picture of what the factors explain: for each subject a panel, in it for each level of the snapshots a point and
/// an interval per factor, on a scale of 0 to 100 % of the squared distance or of the variance. Of the largest part of
/// the study without holes, whose number of runs stands beside the level; what is not known is left out, and why is
/// written in its place. Returns the file: PNG, or SVG of which fonts are part. Throws UserError when no table says
/// anything.
std::string effects_picture(const std::vector<EffectsSummary>& all, PictureFormat format);

}  // namespace cohort
