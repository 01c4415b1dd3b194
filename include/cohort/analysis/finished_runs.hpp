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

  std::size_t size() const { return checksums_.size(); }
  /// Stands for everything a finished run left behind; 0 for a run that is not finished.
  std::uint64_t checksum(std::size_t run) const { return checksums_[run]; }
  const std::vector<std::string>& levels() const { return table_.levels(); }

  /// [n_samples x n_units]; empty when the run is not finished or never reached the level.
  Matrix<float> representation(std::size_t run, std::size_t level) const;
  /// [n_parameters], the same.
  std::vector<float> parameters(std::size_t run, std::size_t level) const;

  bool has(const std::string& dataset) const { return file_->has(dataset); }
  /// A block of what is stored of runs, or of what an analysis that is done before this one has left.
  template <class Value>
  std::vector<Value> read(const std::string& dataset, const Extent& start, const Extent& count) const {
    return file_->read<Value>(dataset, start, count);
  }

 private:
  ResultsFile* file_;
  RunTable table_;
  std::vector<std::uint64_t> checksums_;
};

}  // namespace cohort
