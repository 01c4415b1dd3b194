#pragma once

#include <cohort/analysis/finished_runs.hpp>
#include <cohort/analysis/named_measure.hpp>
#include <cohort/analysis/score_cache.hpp>
#include <cohort/similarity/measure.hpp>
#include <cohort/store/schema.hpp>
#include <cohort/study/design.hpp>
#include <cohort/study/drawn_pairs.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// The samples on which a study's networks are compared, and what analyses of similarity share.
class StudySamples {
 public:
  /// `design` must outlive this.
  StudySamples(const Study& study, const Design& design);

  /// The samples of a results file, without its task; `similarity` is of its study.
  StudySamples(ResultsFile& file, const SimilarityOptions& similarity);

  std::size_t n_runs() const { return n_runs_; }
  Index n_samples() const { return n_samples_; }
  Index n_conditions() const { return n_conditions_; }
  /// Of each condition; 0 where there is none.
  Index n_times() const { return n_conditions_ > 0 ? n_samples_ / n_conditions_ : 0; }
  Index n_units(std::size_t run) const { return n_units_(run); }
  const std::vector<std::string>& levels() const { return levels_; }
  /// What decides the run's result, see Run.
  std::string key(std::size_t run) const { return key_(run); }

  /// Whether the representation of a run at a level can be compared. Runs are stored in single precision, so what
  /// varies by its rounding alone does not vary.
  Comparability comparability(const FinishedRuns& runs, std::size_t run, std::size_t level) const;

  /// None when there is nothing to compare: the run is not finished, never reached the level, or its units are silent.
  std::optional<Representation> representation(const FinishedRuns& runs, std::size_t run, std::size_t level) const {
    return representation(std::nullopt, runs, run, level);
  }
  /// The same by the units of a layer alone; none also where the network has no such layer.
  std::optional<Representation> representation(std::optional<LayerChoice> layer, const FinishedRuns& runs,
                                               std::size_t run, std::size_t level) const;

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
  void draw_pairs(const PairChoice& choice);
  /// Null where nothing varies.
  std::unique_ptr<PreparedRepresentation> prepare_stored(const NamedMeasure& measure, const CutRepresentation& stored,
                                                         std::size_t run) const;

  Index n_conditions_, n_samples_;
  ValueType distance_type_;
  double tolerance_, tolerance_of_store_;
  std::size_t n_runs_;
  std::function<Index(std::size_t)> n_units_;
  std::function<std::vector<Index>(std::size_t)> layer_units_;  ///< of each layer of a run; empty: without layers
  std::function<std::string(std::size_t)> key_;
  std::vector<std::string> levels_;
  std::optional<ConditionFolds> folds_;  ///< none for a task of one condition
  std::vector<RunPair> drawn_pairs_;
  mutable ScoreCache scores_;
};

}  // namespace cohort
