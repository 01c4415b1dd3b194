#pragma once

#include <cohort/similarity/cut_representation.hpp>
#include <cohort/store/results_file.hpp>
#include <cohort/study/run_result.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

// What is stored of compressed representations, beside one another in /snapshots.
inline constexpr const char* kMeans = "/snapshots/means";
inline constexpr const char* kScores = "/snapshots/scores";
inline constexpr const char* kLoadings = "/snapshots/loadings";
inline constexpr const char* kComponents = "/snapshots/n_components";
inline constexpr const char* kRest = "/snapshots/rest";
inline constexpr std::array kCutDatasets{kMeans, kScores, kLoadings, kComponents, kRest};

/// The rows of one run whose representations are stored compressed.
class CutRows {
 public:
  /// Cuts the representations of `result` as the file asks for.
  CutRows(ResultsFile& file, const RunResult& result, std::size_t n_levels);

  /// One of kMeans, kScores, kLoadings, NaN-padded.
  std::vector<float> numbers(const std::string& dataset) const;
  /// kComponents, -1: level never reached, or values that are not finite.
  std::vector<std::int32_t> n_components() const;
  /// kRest, NaN where there is nothing.
  std::vector<double> rest() const;

 private:
  ResultsFile& file_;
  std::vector<std::optional<CutRepresentation>> levels_{};
};

/// What the file has of a run at a level; none where the level was never reached, or values were not finite.
std::optional<CutRepresentation> read_cut(ResultsFile& file, std::size_t run, std::size_t level);

}  // namespace cohort
