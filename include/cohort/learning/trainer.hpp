#pragma once

#include <cohort/learning/alignment_probe.hpp>
#include <cohort/learning/learning_rule.hpp>
#include <cohort/learning/optimizer.hpp>
#include <cohort/learning/training_record.hpp>
#include <cohort/tasks/training_batches.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace cohort {

/// Which rules watch the training: from the forward pass of an update, their gradients are compared with BPTT's.
struct AlignmentPlan {
  std::vector<std::string> rules;    ///< variants
  Index every = 0;                   ///< watch every so many updates, 0 for none but those listed
  std::vector<Index> at{};           ///< and after these numbers of updates
  std::vector<std::string> names{};  ///< what curves call the rules, one each; empty: as their variants

  bool watches(Index update) const {
    return (every > 0 && update % every == 0) || std::count(at.begin(), at.end(), update) > 0;
  }
  const std::string& name(std::size_t rule) const { return names.empty() ? rules[rule] : names[rule]; }

  /// Curve of the cosine of a rule's gradient with BPTT's, and of the ratio of their norms.
  static std::string cosine_curve(const std::string& rule);
  static std::string ratio_curve(const std::string& rule);
};

/// How to train; the plain input of a Trainer.
struct TrainingOptions {
  Index updates = 1000;
  Index batch = 64;              ///< trials per update
  Index evaluate_every = 1;      ///< updates between two evaluations (which find the matched levels)
  double clip = 0;               ///< largest gradient norm, 0 for no clipping
  double activity_penalty = 0;   ///< c of the regularizer c · mean(h²); falls during training, see Trainer
  double explosion = 1e6;        ///< a loss this many times the first one counts as diverged
  double rate_penalty = 0;       ///< c of ½ c Σ (mean rate of unit - target)², rates in 1/step
  double rate_target_hz = 10;    ///< that target, in Hz
  double l2 = 0;                 ///< λ of ½ λ Σ w² over recurrent, input and readout weights
  AlignmentPlan alignment{};
};

/// Which moments of training are kept.
struct SnapshotPlan {
  std::vector<double> at_error;       ///< the first evaluation with error <= level
  std::vector<double> at_accuracy;    ///< the first evaluation with accuracy >= level
  std::vector<Index> at_updates;      ///< after that many updates
  bool keep_parameters = false;

  /// Names of the levels: listed updates, errors, accuracies, and last "final", the end of training.
  std::vector<std::string> labels() const;
};

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
