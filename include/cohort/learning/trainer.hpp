#pragma once

#include <cohort/learning/alignment_probe.hpp>
#include <cohort/learning/learning_rule.hpp>
#include <cohort/learning/optimizer.hpp>
#include <cohort/learning/training_options.hpp>
#include <cohort/learning/training_record.hpp>
#include <cohort/tasks/training_batches.hpp>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace cohort {

/// The random streams of one run.
struct TrainingStreams {
  RandomStream training;    ///< trials, by (task, seed): shared by all rules
  RandomStream evaluation;  ///< evaluation trials
  RandomStream rule;        ///< the rule's own randomness, by the whole run
  RandomStream noise;       ///< unit noise, by the whole run
};

/// Trains one network: trials -> forward -> objective -> rule -> clipping -> optimizer, with snapshots on the way. A rule
/// with an online schedule has the trials run in parts of `steps_per_update()` steps, each followed by an update; states
/// carry on from part to part. Unit noise acts on training trials only.
///
/// Activity regularizer (Liu, Yang & Cueva 2025): c · mean(h²) is added to the loss; after each update c becomes 2c/3
/// while c · mean(h²) is at least half the loss.
///
/// Divergence (a loss or gradient that is not finite, or a loss that exploded) ends training with status `diverged` and
/// the curves so far. The same inputs give the same record, bit for bit.
template <class Scalar>
class Trainer {
 public:
  /// `shifted`, if there is one, is a second task of the same inputs and outputs that is evaluated beside the first: how
  /// well what was learned generalizes. `probe` holds the rules that options.alignment names; none: null.
  Trainer(const Task& task, Network<Scalar>& network, LearningRule<Scalar>& rule, Optimizer<Scalar>& optimizer,
          const TrainingOptions& options, const SnapshotPlan& plan, const TrainingStreams& streams,
          const Task* shifted = nullptr, AlignmentProbe<Scalar>* probe = nullptr);

  /// Trains from the first update to the last. `between_updates` is called before each of them; what it throws ends the
  /// training and is passed on.
  TrainingRecord train(const std::function<void()>& between_updates = {});

  /// One update on the training trials that follow those of the updates before: what the benchmarks time.
  void update();

 private:
  /// What became of an update, on its training batch.
  struct Outcome {
    double loss = 0;
    double penalty = 0;      ///< of the activity regularizer
    double regularizer = 0;  ///< of the others
    double gradient_norm = 0;
    bool is_finite() const { return std::isfinite(loss) && std::isfinite(gradient_norm); }
  };
  Outcome compute_gradient(bool apply);
  Outcome part_gradient(const TrialBatch<Scalar>& part, Index first_step);
  DirectCredit<Scalar> direct_credit(const TrialBatch<Scalar>& part, double mean_square_rate, Outcome& outcome) const;
  void add_weight_decay(Outcome& outcome);
  void watch(const UpdateContext<Scalar>& context);
  void write_alignment(Index update, TrainingRecord& record);
  void apply_gradient(const Outcome& outcome);
  void relax_penalty(const Outcome& outcome);
  bool has_diverged(const Outcome& outcome, TrainingRecord& record);
  void evaluate(Index update, TrainingRecord& record);
  void evaluate_shifted(Index update, TrainingRecord& record);
  Score score_of(const Task& task, const TrialBatch<Scalar>& batch);
  void take(Snapshot& snapshot, Index update, double error);
  static Curve& curve(TrainingRecord& record, std::string_view name);
  TrainingRecord empty_record() const;

  const Task& task_;
  const Task* shifted_;
  Network<Scalar>& network_;
  LearningRule<Scalar>& rule_;
  Optimizer<Scalar>& optimizer_;
  TrainingOptions options_;
  SnapshotPlan plan_;
  TrainingStreams streams_;
  Objective<Scalar> objective_;
  TrainingBatches<Scalar> batches_;
  TrialBatch<Scalar> evaluation_, shifted_evaluation_;
  TrialBatch<Scalar> part_;
  Matrix<Scalar> output_error_;
  ParameterSet<Scalar> gradient_;
  ParameterSet<Scalar> whole_gradient_;  ///< sum over the parts of the trials
  double penalty_weight_;
  AlignmentProbe<Scalar>* probe_;
  bool is_watched_ = false;             ///< the update under way
  std::vector<Alignment> alignment_;    ///< of its parts, summed
  Index n_watched_parts_ = 0;
  double total_weight_ = 1;
  double first_loss_ = 0;
  std::uint64_t n_updates_ = 0;
};

}  // namespace cohort
