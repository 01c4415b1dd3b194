#pragma once

#include <cohort/core/index.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cohort {

/// Which rules watch the training: from the forward pass of an update, their gradients are compared with BPTT's.
struct AlignmentPlan {
  std::vector<std::string> rules;    ///< variants
  Index every = 0;                   ///< watch every so many updates, 0 for none but those listed
  std::vector<Index> at{};           ///< and after these numbers of updates
  std::vector<std::string> names{};  ///< what curves call the rules, one each; empty: as their variants

  bool watches(Index update) const;
  const std::string& name(std::size_t rule) const { return names.empty() ? rules[rule] : names[rule]; }

  /// Curve of the cosine of a rule's gradient with BPTT's, and of the ratio of their norms.
  static std::string cosine_curve(const std::string& rule);
  static std::string ratio_curve(const std::string& rule);
};

/// Whose mean rate the rate penalty looks at: that of all trials of an update together, or each trial's own.
enum class RatePenaltyPer { batch, trial };
const std::vector<std::string>& rate_penalty_per_names();
RatePenaltyPer rate_penalty_per_from(std::string_view name);

/// Gradient flossing: Lyapunov exponents that training draws to a target.
struct FlossingSettings {
  Index exponents = 0;  ///< the first of them; 0: no flossing
  double target = 0;    ///< nats per step
  double strength = 1;  ///< factor of mean (λ_i - target)² in the loss
  Index before = 0;     ///< updates at the start of training that follow flossing alone
  Index every = 1;      ///< later updates between two in which it takes part; 0 for none
  Index trials = 1;     ///< of the update's batch, along which exponents are taken
  Index transient = 0;  ///< first steps of a trial that are not counted
};

/// How to train; the plain input of a Trainer.
struct TrainingOptions {
  Index updates = 1000;
  Index batch = 64;             ///< trials per update
  Index evaluate_every = 1;     ///< updates between two evaluations (which find the matched levels)
  double clip = 0;              ///< largest gradient norm, 0 for no clipping
  double activity_penalty = 0;  ///< c of the regularizer c · mean(h²); falls during training, see ActivityPenalty
  double explosion = 1e6;       ///< a loss this many times the first one counts as diverged, unless that was 0
  double rate_penalty = 0;      ///< c of ½ c Σ (mean rate of unit - target)², rates in 1/step
  double rate_target_hz = 10;   ///< that target, in Hz
  RatePenaltyPer rate_penalty_per = RatePenaltyPer::batch;
  bool keep_state = false;  ///< trainings that ended can go on when `updates` grows
  double l2 = 0;            ///< λ of ½ λ Σ w² over recurrent, input and readout weights
  AlignmentPlan alignment{};
  FlossingSettings flossing{};
  std::vector<std::string> regularizers{};  ///< variants of more of them, see regularizers()
};

/// Which moments of training are kept.
struct SnapshotPlan {
  std::vector<double> at_error;     ///< the first evaluation after an update with error <= level
  std::vector<double> at_accuracy;  ///< the first evaluation after an update with accuracy >= level
  std::vector<Index> at_updates;    ///< after that many updates
  bool keep_parameters = false;
  bool keep_outputs = false;
  bool is_compressed = false;  ///< representations are stored as principal components
  Index components = 64;       ///< of these, at most
  double tolerance = 1e-6;     ///< share of its norm that a compressed representation may lack
  Index hold = 1;              ///< a level is reached by so many evaluations in a row that meet it, at the last of them

  /// Names of the levels: listed updates, errors, accuracies, and last "final", the end of training.
  std::vector<std::string> labels() const;
};

}  // namespace cohort
