#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/named_measure.hpp>

namespace cohort {

/// Distances of the pairs of runs that [similarity] pairs = "sample:N" draws, at every matched level under one measure:
/// /similarity/<measure>_pairs [level, pair], whose runs /similarity/pair_run [pair, side] tells; of a measure that is
/// not symmetric [level, pair, direction]. An item is some pairs at one level. A pair with a run that cannot be
/// compared is NaN, see RunComparability.
class SampledDistances final : public Analysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  static constexpr std::size_t pairs_per_item = 16;

  /// `samples` must outlive this.
  SampledDistances(const StudySamples& samples, NamedMeasure measure);

  const std::string& name() const override { return name_; }
  Schema datasets() const override;
  std::size_t n_items() const override;
  std::string item_name(std::size_t item) const override;
  double cost(std::size_t item) const override;
  std::vector<BlockPlace> places(std::size_t item) const override;
  std::vector<BlockPlace> made_from_places(std::size_t item) const override;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override;

 private:
  /// Pairs [first, last) at a level.
  struct Some {
    std::size_t level, first, last;
    std::size_t size() const { return last - first; }
  };
  Some some(std::size_t item) const;
  std::size_t n_directions() const { return measure_->traits().is_symmetric ? 1 : 2; }

  const StudySamples& samples_;
  NamedMeasure measure_;
  std::string name_, path_;
  std::uint64_t version_;
};

/// /similarity/pair_run: the numbers of the runs of each pair that was drawn. Empty when none are.
Schema drawn_pairs_schema(const StudySamples& samples);

}  // namespace cohort
