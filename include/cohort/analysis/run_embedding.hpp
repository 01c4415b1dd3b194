#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/named_measure.hpp>

namespace cohort {

/// A map of the runs at every matched level under one symmetric measure: two coordinates per run, whose distances are
/// as near to those between the networks as they can be (see classical_scaling), and the share of the total sum of
/// squares that each keeps: /similarity/<measure>_embedding [level, run, coordinate], _embedding_share [level,
/// coordinate]. Runs that cannot be compared are NaN. An item is a level. The distances must have been written before.
class RunEmbedding final : public Analysis {
 public:
  static Description description();
  /// Only of studies that ask for the effects of their factors on distances.
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// More runs than this take too long on one rank.
  static constexpr std::size_t most_runs = 10'000;

  /// `samples` must outlive this.
  RunEmbedding(const StudySamples& samples, NamedMeasure measure);

  const std::string& name() const override { return name_; }
  Schema datasets() const override;
  std::size_t n_items() const override { return samples_.levels().size(); }
  std::string item_name(std::size_t item) const override { return samples_.levels()[item]; }
  double cost(std::size_t item) const override;
  bool can_be_tried() const override { return false; }  // there are no distances before
  std::vector<BlockPlace> places(std::size_t item) const override;
  std::vector<BlockPlace> made_from_places(std::size_t item) const override;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override;

 private:
  const StudySamples& samples_;
  NamedMeasure measure_;
  std::string name_, path_;
};

}  // namespace cohort
