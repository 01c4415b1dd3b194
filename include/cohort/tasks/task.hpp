#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace cohort {

enum class LossKind {
  mean_squared_error,     ///< targets are values, one per output and step
  cross_entropy,          ///< targets are classes, one per step; outputs are logits of their softmax
  sigmoid_cross_entropy,  ///< targets are classes; every output is a logit of its own, of being the class
  class_squared_error     ///< targets are classes; ½ |y - onehot|², summed over the outputs
};

/// Whether targets are classes.
inline bool has_classes(LossKind loss) { return loss != LossKind::mean_squared_error; }
/// "cross_entropy", ...: its word in files and studies.
const char* loss_name(LossKind loss);
/// In words, for a reader: "cross-entropy", ...
const char* loss_title(LossKind loss);

/// A constant input under which a trained network's dynamics are analysed ("the context").
struct InputContext {
  std::string name;
  VectorXd input;  ///< [n_inputs]
};

/// What a task is, the same for all its trials.
struct TaskInfo {
  Index n_inputs = 0;
  Index n_outputs = 0;                    ///< values, or classes
  std::vector<std::string> input_names;   ///< [n_inputs], no two alike
  std::vector<std::string> output_names;  ///< [n_outputs], no two alike
  Index n_steps = 0;                      ///< of a training trial
  double dt_ms = 0;
  LossKind loss = LossKind::mean_squared_error;
  std::vector<std::string> conditions;  ///< in the order of recordings; evaluation shows every one of them
  bool numbers_conditions = false;      ///< their names are mere numbers: only their order says which is which
  Index n_repeats = 1;                  ///< evaluation trials of each condition; more than one where trials are random
  std::vector<Index> repeats;           ///< the same, [n_conditions], where conditions differ in it; else empty
  Index n_evaluation_steps = 0;         ///< of an evaluation trial
  Index first_sample_step = 0;          ///< representations are read at these steps of the evaluation trials
  Index n_sample_steps = 0;
  std::vector<InputContext> contexts;
  Index n_training_trials = 0;       ///< an epoch of them; 0: trials are made, as many as one likes
  bool has_one_trial = false;        ///< every training trial is the same, whatever its number and stream
  std::string fingerprint;           ///< hash of the user's data the task was made from, empty if none
  std::vector<std::string> remarks;  ///< what a user should know about these data, a line each

  /// What a trial's condition is called. Training trials may have conditions that evaluation never shows.
  std::string condition_name(int condition) const;

  /// Evaluation trials of one condition, and of all of them.
  Index n_repeats_of(Index condition) const {
    return repeats.empty() ? n_repeats : repeats[static_cast<std::size_t>(condition)];
  }
  Index n_evaluation_trials() const {
    return repeats.empty() ? static_cast<Index>(conditions.size()) * n_repeats
                           : std::accumulate(repeats.begin(), repeats.end(), Index{0});
  }
};

/// "unit 1", "unit 2", ..., `n` of them.
std::vector<std::string> numbered_names(const std::string& word, Index n);

/// "ring 0deg", "ring 90deg", ...: units that stand for `n` directions around a circle.
std::vector<std::string> direction_names(const std::string& word, Index n);

/// The names of all lists, one list behind the other.
std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists);

/// One trial, in double precision.
struct Trial {
  MatrixXd inputs;           ///< [n_inputs x n_steps]
  MatrixXd targets;          ///< [n_outputs x n_steps], mean squared error only
  std::vector<int> classes;  ///< [n_steps], of tasks with classes only
  MatrixXd mask;             ///< weight of each target in the loss: [n_outputs x n_steps], of classes [1 x n_steps]
  int condition = 0;         ///< of an evaluation trial its place in TaskInfo::conditions

  /// Sizes everything for `info` and `n_steps` and sets it to zero, the mask to one.
  void reset(const TaskInfo& info, Index n_steps);
};

/// A generator of trials. Implementations are immutable: the same call gives the same trial on every rank.
class Task {
 public:
  virtual ~Task() = default;

  virtual const TaskInfo& info() const = 0;

  /// Training trial number `index`. All randomness comes from `stream`, which belongs to this trial alone.
  virtual void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const = 0;

  /// The same, for tasks that show their trials in an order: `all` is the stream whose substreams the trials have.
  virtual void ordered_training_trial(const RandomStream& /*all*/, std::uint64_t index, RandomStream& stream,
                                      Trial& trial) const {
    training_trial(index, stream, trial);
  }

  /// An evaluation trial of one condition, `n_evaluation_steps` long. Repeats of a condition differ in their stream.
  virtual void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const = 0;

  /// The same, for tasks that number the trials of a condition themselves.
  virtual void repeated_evaluation_trial(int condition, Index /*repeat*/, RandomStream& stream, Trial& trial) const {
    evaluation_trial(condition, stream, trial);
  }

  /// Whether the task says itself what a right answer is. Otherwise a trial with classes is right when its largest
  /// output at the last counted step is the class, and a trial without classes is neither right nor wrong.
  virtual bool has_performance() const { return false; }

  /// How right `outputs` [n_outputs x n_steps] are, from 0 to 1. Reads the targets, classes and mask of the trial only.
  /// Requires has_performance().
  virtual double performance(const Trial& trial, const MatrixXd& outputs) const;

  /// The performance to expect of the best answer that does not look at the inputs, where the task knows it; NaN: it is
  /// to be found out with constant outputs on the evaluation trials.
  virtual double chance() const { return std::numeric_limits<double>::quiet_NaN(); }
};

}  // namespace cohort
