#pragma once

#include <cohort/store/results_file.hpp>

#include <vector>

namespace cohort {

/// Of the `finished` runs of a file, those whose levels mean what they mean today. In files from before version 2 of
/// the evaluation (they know no /snapshots/chance) a level by error or accuracy could be reached at update 0, by an
/// untrained network: such runs have to be made again, all others stay.
std::vector<bool> without_lucky_levels(ResultsFile& file, const std::vector<bool>& finished);

}  // namespace cohort
