#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/study_samples.hpp>

namespace cohort {

/// Whether the representation of each run at each matched level can be compared, and why not: a NaN in a matrix of
/// distances has its reason here. /similarity/comparability [run, level], see Comparability. An item is a few runs.
class RunComparability final : public Analysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// `samples` must outlive this.
  explicit RunComparability(const StudySamples& samples) : samples_(samples) {}

  const std::string& name() const override { return name_; }
  Schema datasets() const override;
  std::size_t n_items() const override { return (samples_.n_runs() + runs_per_item - 1) / runs_per_item; }
  std::string item_name(std::size_t item) const override;
  double cost(std::size_t item) const override;
  std::vector<BlockPlace> places(std::size_t item) const override;
  std::vector<BlockPlace> made_from_places(std::size_t item) const override;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override;

 private:
  static constexpr std::size_t runs_per_item = 64;

  std::size_t first(std::size_t item) const { return item * runs_per_item; }
  std::size_t last(std::size_t item) const;

  const StudySamples& samples_;
  std::string name_ = "similarity/comparability";
};

}  // namespace cohort
