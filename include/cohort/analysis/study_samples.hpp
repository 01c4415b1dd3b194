#pragma once

#include <cohort/analysis/finished_runs.hpp>
#include <cohort/analysis/named_measure.hpp>
#include <cohort/analysis/score_cache.hpp>
#include <cohort/similarity/measure.hpp>
#include <cohort/store/schema.hpp>
#include <cohort/study/design.hpp>
#include <cohort/study/drawn_pairs.hpp>

#include <memory>
#include <optional>

namespace cohort {

/// The samples on which a study's networks are compared, and what analyses of similarity share.
class StudySamples {
 public:
  /// `design` must outlive this.
  StudySamples(const Study& study, const Design& design);

  std::size_t n_runs() const { return design_.size(); }
  Index n_samples() const { return n_samples_; }
  Index n_conditions() const { return n_conditions_; }
  Index n_units(std::size_t run) const {
    return units_of_architecture_[static_cast<std::size_t>(design_.level(run, Factor::architecture))];
  }
  const std::vector<std::string>& levels() const { return levels_; }
  /// What decides the run's result, see Run.
  std::string key(std::size_t run) const { return design_[run].key; }

  /// Whether the representation of a run at a level can be compared. Runs are stored in single precision, so what
  /// varies by its rounding alone does not vary.
  Comparability comparability(const FinishedRuns& runs, std::size_t run, std::size_t level) const;

  /// None when there is nothing to compare: the run is not finished, never reached the level, or its units are silent.
  std::optional<Representation> representation(const FinishedRuns& runs, std::size_t run, std::size_t level) const;

  /// The same prepared for comparing, cut at the tolerance of the measure if it has one; or null.
  std::unique_ptr<PreparedRepresentation> prepare(const NamedMeasure& measure, const FinishedRuns& runs,
                                                  std::size_t run, std::size_t level) const;

  /// What a measure may use for one pair at a level: random numbers that belong to the contents of both (`a` and `b`,
  /// in any order for a symmetric measure), and folds that leave out one condition each.
  MeasureContext context(const Measure& measure, const std::string& variant, std::size_t level, std::uint64_t a,
                         std::uint64_t b, const StopCheck& stop) const;

  /// [similarity] tolerance
  double tolerance() const { return tolerance_; }

  /// How distances between runs are stored: [similarity] float32.
  ValueType distance_type() const { return distance_type_; }

  /// The pairs of runs that [similarity] pairs = "sample:N" draws, by rising numbers; none where all are compared.
  const std::vector<RunPair>& drawn_pairs() const { return drawn_pairs_; }

  /// The dimensions level and run.
  Schema dimensions() const;

 private:
  /// Null where nothing varies.
  std::unique_ptr<PreparedRepresentation> prepare_stored(const NamedMeasure& measure, const CutRepresentation& stored,
                                                         std::size_t run) const;

  Index n_conditions_, n_samples_;
  ValueType distance_type_;
  double tolerance_, tolerance_of_store_;
  const Design& design_;
  std::vector<Index> units_of_architecture_;
  std::vector<std::string> levels_;
  std::optional<ConditionFolds> folds_;  ///< none for a task of one condition
  std::vector<RunPair> drawn_pairs_;
  mutable ScoreCache scores_;
};

}  // namespace cohort
