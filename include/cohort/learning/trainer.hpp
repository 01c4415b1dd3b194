#pragma once

#include <cohort/learning/alignment_curves.hpp>
#include <cohort/learning/evaluation.hpp>
#include <cohort/learning/learning_rule.hpp>
#include <cohort/learning/network_term.hpp>
#include <cohort/learning/optimizer.hpp>
#include <cohort/learning/regularizer_list.hpp>
#include <cohort/learning/training_options.hpp>
#include <cohort/learning/training_state.hpp>
#include <cohort/tasks/training_batches.hpp>

#include <cmath>
#include <functional>
#include <optional>

namespace cohort {

/// The random streams of one run.
struct TrainingStreams {
  RandomStream training;    ///< trials, by (task, seed): shared by all rules
  RandomStream evaluation;  ///< evaluation trials
  RandomStream rule;        ///< the rule's own randomness, by the whole run
  RandomStream noise;       ///< unit noise, by the whole run
};

/// Trains one network: trials -> forward -> objective -> rule -> clipping -> optimizer, with snapshots on the way. A
/// rule with an online schedule has the trials run in parts of `steps_per_update()` steps, each followed by an update;
/// states carry on from part to part. Unit noise acts on training trials only.
///
/// A training is a state and a step: between any two updates `state()` can be taken away, and a new Trainer that is
/// given it by `restore` goes on with the same bits.
///
/// Divergence (a loss or gradient that is not finite, or a loss that exploded) ends training with status `diverged` and
/// the curves so far. The same inputs give the same record, bit for bit.
template <class Scalar>
class Trainer {
 public:
  /// `shifted`, if there is one, is a second task of the same inputs and outputs that is evaluated beside the first:
  /// how well what was learned generalizes. `probe` holds the rules that options.alignment names; none: null. `term`,
  /// if there is one, is added to the loss.
  Trainer(const Task& task, Network<Scalar>& network, LearningRule<Scalar>& rule, Optimizer<Scalar>& optimizer,
          const TrainingOptions& options, const SnapshotPlan& plan, const TrainingStreams& streams,
          const Task* shifted = nullptr, AlignmentProbe<Scalar>* probe = nullptr, NetworkTerm<Scalar>* term = nullptr);

  /// Trains from the state it has to the end. `between_updates` is called before each update; what it throws ends the
  /// training and is passed on.
  TrainingRecord train(const std::function<void()>& between_updates = {});

  /// One point of all curves, with its evaluation and snapshots if they are due, and the update that follows (none at
  /// the last point). Requires that training is not finished.
  void step();

  bool is_finished() const { return state_.record.status != RunStatus::pending; }
  const TrainingRecord& record() const { return state_.record; }
  Index n_updates() const { return state_.update; }  ///< made so far

  /// All that has changed since training began.
  TrainingState state();
  /// Goes on from there. Throws RunError when the state is of another training: other curves, rule, optimizer, sizes.
  void restore(const TrainingState& state);

  /// One update on the training trials that follow those of the updates before: what the benchmarks time.
  void update();

 private:
  /// What became of an update, on its training batch.
  struct Outcome {
    double loss = 0;
    RegularizerValues regularizers{};
    double gradient_norm = 0;
    bool is_finite() const { return std::isfinite(loss) && std::isfinite(gradient_norm); }
  };
  Outcome compute_gradient(bool apply);
  Outcome sum_over_parts(const TrialBatch<Scalar>& batch, Index n_steps, bool apply);
  Outcome part_gradient(const TrialBatch<Scalar>& part, Index first_step);
  RegularizedPass<Scalar> regularized(const TrialBatch<Scalar>& part, double mean_square_rate) const;
  bool has_gradient() const { return rule_.traits().kind == UpdateKind::gradient; }
  void apply_gradient(const Outcome& outcome);
  bool is_evaluated(Index update) const;
  void evaluate();
  void write(const Outcome& outcome);
  void set(std::string_view curve, double value);
  std::string divergence(const Outcome& outcome) const;
  TrainingRecord empty_record() const;
  void check(const TrainingState& state) const;
  void visit_learned(StateVisitor& visitor);

  const Task& task_;
  Network<Scalar>& network_;
  LearningRule<Scalar>& rule_;
  Optimizer<Scalar>& optimizer_;
  TrainingOptions options_;
  SnapshotPlan plan_;
  TrainingStreams streams_;
  Objective<Scalar> objective_;
  RegularizerList<Scalar> regularizers_;
  Evaluation<Scalar> evaluation_;
  std::optional<Evaluation<Scalar>> shifted_evaluation_;
  AlignmentCurves<Scalar> alignment_;
  NetworkTerm<Scalar>* term_;  ///< null for none
  std::vector<RuleCurve> rule_curves_;
  TrainingBatches<Scalar> batches_;
  TrialBatch<Scalar> part_;
  Matrix<Scalar> output_error_;
  ParameterSet<Scalar> gradient_;
  ParameterSet<Scalar> whole_gradient_;  ///< sum over the parts of the trials
  double total_weight_ = 1;
  TrainingState state_;  ///< without what is in the objects above
};

}  // namespace cohort
