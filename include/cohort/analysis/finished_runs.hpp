#pragma once

#include <cohort/core/errors.hpp>
#include <cohort/core/matrix.hpp>
#include <cohort/similarity/cut_representation.hpp>
#include <cohort/store/results_file.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// The finished runs of a study, as analyses read them. Any rank may read at any time.
class FinishedRuns {
 public:
  virtual ~FinishedRuns() = default;

  virtual std::size_t size() const = 0;
  /// Stands for everything a finished run left behind; 0 for a run that is not finished.
  virtual std::uint64_t checksum(std::size_t run) const = 0;
  virtual const std::vector<std::string>& levels() const = 0;

  /// [n_samples x n_units]; empty when the run is not finished or never reached the level.
  virtual Matrix<float> representation(std::size_t run, std::size_t level) const = 0;
  /// The same as it is stored compressed; none where it is not.
  virtual std::optional<CutRepresentation> cut_representation(std::size_t /*run*/, std::size_t /*level*/) const {
    return std::nullopt;
  }
  /// [n_parameters], the same.
  virtual std::vector<float> parameters(std::size_t run, std::size_t level) const = 0;

  bool has(const std::string& dataset) const { return file() != nullptr && file()->has(dataset); }
  /// A block of what is stored of runs, or of what an analysis that is done before this one has left. Requires has().
  template <class Value>
  std::vector<Value> read(const std::string& dataset, const Extent& start, const Extent& count) const {
    expects(file() != nullptr, "runs of a results file");
    return file()->read<Value>(dataset, start, count);
  }

 protected:
  /// Null for runs that are in no file.
  virtual ResultsFile* file() const { return nullptr; }
};

}  // namespace cohort
