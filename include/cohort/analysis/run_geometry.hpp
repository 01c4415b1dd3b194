#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/study_samples.hpp>

namespace cohort {

/// The geometry of each network's representation at each matched level, a number per dataset: /similarity/
/// participation_ratio, and on request dimension_90 [run, level]; NaN for runs that cannot be compared. An item is a
/// few runs.
class RunGeometry final : public Analysis {
 public:
  static Description description();
  /// Only of studies that ask for it: [effects] responses.
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// One number of a representation.
  struct Column {
    std::string name, long_name, comment;
    double (*of)(const Representation&);
    double flops_per_unit;  ///< beyond the products of units, times units squared
  };

  /// `names` of columns, in their order. `samples` must outlive this.
  RunGeometry(const StudySamples& samples, const std::vector<std::string>& names);

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
  static constexpr std::size_t runs_per_item = 32;

  std::size_t first(std::size_t item) const { return item * runs_per_item; }
  std::size_t last(std::size_t item) const;

  const StudySamples& samples_;
  std::vector<Column> columns_;
  std::uint64_t version_;
  std::string name_ = "similarity/geometry";
};

}  // namespace cohort
