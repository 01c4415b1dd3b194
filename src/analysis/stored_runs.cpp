#include <cohort/analysis/stored_runs.hpp>

namespace cohort {

StoredRuns::StoredRuns(ResultsFile& file, const std::vector<bool>& finished)
    : file_(&file), table_(file), checksums_(file.read<std::uint64_t>("/state/checksum")) {
  for (std::size_t run = 0; run < finished.size(); ++run) {
    if (!finished[run])
      checksums_[run] = 0;
    else if (checksums_[run] == 0)
      checksums_[run] = 1;  // 0 stands for a run that is not there
  }
}

Matrix<float> StoredRuns::representation(std::size_t run, std::size_t level) const {
  return checksums_[run] == 0 ? Matrix<float>() : table_.read_representation(run, level);
}

std::optional<CutRepresentation> StoredRuns::cut_representation(std::size_t run, std::size_t level) const {
  return checksums_[run] == 0 ? std::nullopt : table_.read_cut_representation(run, level);
}

std::vector<float> StoredRuns::parameters(std::size_t run, std::size_t level) const {
  return checksums_[run] == 0 ? std::vector<float>() : table_.read_parameters(run, level);
}

}  // namespace cohort
