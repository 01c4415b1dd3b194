#pragma once

#include <cohort/core/matrix.hpp>

#include <cstdint>
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
  /// [n_parameters], the same.
  virtual std::vector<float> parameters(std::size_t run, std::size_t level) const = 0;
};

}  // namespace cohort
