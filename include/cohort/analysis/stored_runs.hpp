#pragma once

#include <cohort/analysis/finished_runs.hpp>
#include <cohort/store/run_table.hpp>

namespace cohort {

/// The finished runs of a results file.
class StoredRuns final : public FinishedRuns {
 public:
  /// `finished` [n_runs]: verified before, see RunTable::finished. `file` must outlive this.
  StoredRuns(ResultsFile& file, const std::vector<bool>& finished);

  std::size_t size() const override { return checksums_.size(); }
  std::uint64_t checksum(std::size_t run) const override { return checksums_[run]; }
  const std::vector<std::string>& levels() const override { return table_.levels(); }
  Matrix<float> representation(std::size_t run, std::size_t level) const override;
  std::optional<CutRepresentation> cut_representation(std::size_t run, std::size_t level) const override;
  std::vector<float> parameters(std::size_t run, std::size_t level) const override;

 private:
  ResultsFile* file() const override { return file_; }

  ResultsFile* file_;
  RunTable table_;
  std::vector<std::uint64_t> checksums_;
};

}  // namespace cohort
