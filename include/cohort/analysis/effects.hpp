#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/effect_design.hpp>
#include <cohort/analysis/effect_layout.hpp>
#include <cohort/analysis/named_measure.hpp>
#include <cohort/analysis/response_column.hpp>
#include <cohort/similarity/complete_subdesign.hpp>

namespace cohort {

/// Which factor explains it: of the squared distances between networks by each symmetric measure, and of the variance
/// of each response, at every level; see EffectTable. Computed of the largest part of the study in which nothing is
/// missing (see complete_subdesign), and beside it of all runs there are, across the holes. /similarity/effects
/// [subject, level, subdesign, ...], and by parameters of the factors in /similarity/effects/parameters. An item is one
/// table. The distances must have been written before.
class Effects final : public Analysis {
 public:
  static Description description();
  /// None for a study that crosses nothing, asks for nothing or is too large.
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// Beyond these numbers a table would need hours, or too much memory.
  static constexpr std::size_t most_runs = 20'000, most_seeds = 1000;

  explicit Effects(const EffectDesign& design);

  const std::string& name() const override { return name_; }
  Schema datasets() const override;
  std::size_t n_items() const override;
  std::string item_name(std::size_t item) const override;
  double cost(std::size_t item) const override;
  bool can_be_tried() const override { return false; }  // there are no distances before
  std::vector<BlockPlace> places(std::size_t item) const override;
  std::vector<BlockPlace> made_from_places(std::size_t item) const override;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override;
  std::vector<std::string> warnings() const override;

 private:
  /// Measures come first, then responses.
  struct Item {
    std::size_t view, subject, level;
    bool is_complete;  ///< the complete sub-design; otherwise all runs, across holes
  };
  Item item_of(std::size_t item) const;
  EffectPlace place(const Item& item) const;
  bool is_of_distances(const Item& item) const { return item.subject < measures_.size(); }
  const ResponseColumn& response(const Item& item) const { return responses_[item.subject - measures_.size()]; }
  bool says_nothing(const Item& item) const;

  /// Which runs can be used, and their responses (empty for distances).
  std::vector<bool> usable_runs(const Item& item, const FinishedRuns& runs, std::vector<double>& responses) const;
  /// Fills `row` with the table of `item`, or with why there is none.
  void fill(const Item& item, const FinishedRuns& runs, const StopCheck& stop, EffectRow& row) const;
  void fill_table(const Item& item, const FinishedRuns& runs, const std::vector<std::size_t>& selected,
                  const std::vector<double>& responses, const StopCheck& stop, EffectRow& row) const;

  EffectDesign design_;
  std::string name_ = "similarity/effects";
  std::vector<std::string> subjects_;
  std::vector<NamedMeasure> measures_;
  std::vector<ResponseColumn> responses_;
  std::vector<EffectLayout> views_;
  std::vector<std::uint64_t> fingerprints_;  ///< of each view: its labels, the options, the version
};

}  // namespace cohort
