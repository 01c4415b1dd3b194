#pragma once

#include <cohort/store/run_table.hpp>

#include <cstdint>
#include <vector>

namespace cohort {

/// The finished runs of a results file, as analyses read them. Any rank may read at any time.
class FinishedRuns {
 public:
  /// `finished` [n_runs]: verified before, see RunTable::finished. `file` must outlive this.
  FinishedRuns(ResultsFile& file, const std::vector<bool>& finished);

  /// Of a file that is to be made from `file`: `checksums` [n_runs] are known beforehand (0: not finished), what runs
  /// left behind cannot be read.
  FinishedRuns(ResultsFile& file, std::vector<std::uint64_t> checksums);

  std::size_t size() const { return checksums_.size(); }
  /// Stands for everything a finished run left behind; 0 for a run that is not finished.
  std::uint64_t checksum(std::size_t run) const { return checksums_[run]; }
  const std::vector<std::string>& levels() const { return table_.levels(); }

  /// [n_samples x n_units]; empty when the run is not finished or never reached the level.
  Matrix<float> representation(std::size_t run, std::size_t level) const;
  /// [n_parameters], the same.
  std::vector<float> parameters(std::size_t run, std::size_t level) const;

 private:
  RunTable table_;
  std::vector<std::uint64_t> checksums_;
};

}  // namespace cohort
