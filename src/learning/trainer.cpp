#include <cohort/learning/trainer.hpp>

#include <cohort/core/dataset_name.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/tasks/trial_steps.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr const char* kCurves[] = {"loss", "error", "accuracy", "gradient_norm", "activity_penalty",
                                   "regularizer"};

/// The mean over the evaluation trials of each condition, [n_conditions * n_sample_steps x n_units].
template <class Scalar>
Matrix<float> averaged_over_repeats(const Matrix<Scalar>& samples, const TaskInfo& info) {
  if (info.n_repeats == 1) return samples.template cast<float>();
  const auto n_conditions = static_cast<Index>(info.conditions.size());
  Matrix<Scalar> mean = Matrix<Scalar>::Zero(n_conditions * info.n_sample_steps, samples.cols());
  for (Index condition = 0; condition < n_conditions; ++condition)
    for (Index repeat = 0; repeat < info.n_repeats; ++repeat)
      mean.middleRows(condition * info.n_sample_steps, info.n_sample_steps) +=
          samples.middleRows((condition * info.n_repeats + repeat) * info.n_sample_steps, info.n_sample_steps);
  return (mean / static_cast<Scalar>(info.n_repeats)).template cast<float>();
}

template <class Scalar>
double norm_of(const Vector<Scalar>& values) {
  return std::sqrt(values.template cast<double>().squaredNorm());
}

}  // namespace

std::string AlignmentPlan::cosine_curve(const std::string& rule) { return "alignment/" + dataset_name(rule); }

std::string AlignmentPlan::ratio_curve(const std::string& rule) {
  return "alignment/" + dataset_name(rule) + "_norm_ratio";
}

std::vector<std::string> SnapshotPlan::labels() const {
  std::vector<std::string> result;
  for (const Index update : at_updates) result.push_back(fmt::format("update={}", update));
  for (const double level : at_error) result.push_back(fmt::format("error<={}", level));
  for (const double level : at_accuracy) result.push_back(fmt::format("accuracy>={}", level));
  result.push_back("final");
  return result;
}

template <class Scalar>
Trainer<Scalar>::Trainer(const Task& task, Network<Scalar>& network, LearningRule<Scalar>& rule,
                         Optimizer<Scalar>& optimizer, const TrainingOptions& options, const SnapshotPlan& plan,
                         const TrainingStreams& streams, const Task* shifted,
                         AlignmentProbe<Scalar>* probe)
    : task_(task),
      shifted_(shifted),
      network_(network),
      rule_(rule),
      optimizer_(optimizer),
      options_(options),
      plan_(plan),
      streams_(streams),
      objective_(task.info().loss),
      batches_(task, streams.training),
      gradient_(network.parameters().layout),
      whole_gradient_(network.parameters().layout),
      penalty_weight_(options.activity_penalty),
      probe_(probe) {
  rule_.check(network_);
  fill_evaluation_batch(task_, streams_.evaluation, evaluation_);
  if (shifted_) {
    const TaskInfo &clean = task_.info(), &other = shifted_->info();
    expects(clean.n_inputs == other.n_inputs && clean.n_outputs == other.n_outputs && clean.loss == other.loss,
            "a shifted task with the inputs and outputs of the task");
    fill_evaluation_batch(*shifted_, streams_.evaluation, shifted_evaluation_);
  }
  rule_.begin(network_, streams_.rule);
  expects(options_.alignment.rules.empty() || probe_, "a probe for the rules that watch");
  if (probe_) probe_->begin(network_, streams_.rule.substream(0));
}

template <class Scalar>
TrainingRecord Trainer<Scalar>::train(const std::function<void()>& between_updates) {
  TrainingRecord record = empty_record();
  for (Index update = 0; update <= options_.updates; ++update) {
    if (between_updates) between_updates();
    if (update % options_.evaluate_every == 0 || update == options_.updates ||
        std::count(plan_.at_updates.begin(), plan_.at_updates.end(), update) > 0)
      evaluate(update, record);
    is_watched_ = probe_ && options_.alignment.watches(update);
    const Outcome outcome = compute_gradient(update < options_.updates);
    write_alignment(update, record);
    const auto at = static_cast<std::size_t>(update);
    curve(record, "loss").values[at] = static_cast<float>(outcome.loss);
    curve(record, "activity_penalty").values[at] = static_cast<float>(outcome.penalty);
    curve(record, "regularizer").values[at] = static_cast<float>(outcome.regularizer);
    curve(record, "gradient_norm").values[at] = static_cast<float>(outcome.gradient_norm);
    if (update == 0) first_loss_ = outcome.loss;
    if (has_diverged(outcome, record)) {
      record.message += fmt::format(" at update {}", update);
      return record;
    }
  }
  record.status = RunStatus::done;
  return record;
}

template <class Scalar>
void Trainer<Scalar>::update() {
  compute_gradient(true);
}

/// The gradient of the next training batch, followed by the update if asked for; an online rule updates after each part of
/// the trials.
template <class Scalar>
typename Trainer<Scalar>::Outcome Trainer<Scalar>::compute_gradient(bool apply) {
  const TrialBatch<Scalar>& batch = batches_.next(options_.batch);
  total_weight_ = Objective<Scalar>::total_weight(batch);
  const Index every = rule_.traits().steps_per_update;
  Outcome whole;
  if (every == 0 || every >= batch.n_steps) {
    whole = part_gradient(batch, 0);
    if (apply && whole.is_finite()) apply_gradient(whole);
  } else {
    whole_gradient_.values.setZero();
    for (Index first = 0; first < batch.n_steps; first += every) {
      copy_steps(batch, first, std::min(every, batch.n_steps - first), part_);
      const Outcome part = part_gradient(part_, first);
      whole.loss += part.loss;
      whole.penalty += part.penalty;
      whole.regularizer += part.regularizer;
      whole_gradient_.values += gradient_.values;
      if (!part.is_finite()) break;
      if (apply) apply_gradient(part);
    }
    whole.gradient_norm = norm_of(whole_gradient_.values);
  }
  if (apply) relax_penalty(whole);
  ++n_updates_;
  return whole;
}

template <class Scalar>
typename Trainer<Scalar>::Outcome Trainer<Scalar>::part_gradient(const TrialBatch<Scalar>& part, Index first_step) {
  const auto noise = network_.unit_noise(streams_.noise, batches_.first_trial(), part.n_trials, first_step);
  ForwardOptions<Scalar> pass;
  pass.carry_on = first_step > 0;
  pass.noise = noise.get();
  const Activity<Scalar>& activity = network_.forward(part.inputs, part.n_trials, pass);
  Outcome outcome;
  outcome.loss = objective_.trial_losses(part, activity.outputs, total_weight_).sum();
  objective_.output_error(part, activity.outputs, total_weight_, output_error_);
  gradient_.values.setZero();
  UpdateContext<Scalar> context{network_, part, activity, output_error_, direct_credit(part, activity.mean_square_rate, outcome), objective_,
                                total_weight_, first_step, noise.get(), n_updates_};
  if (is_watched_) watch(context);
  rule_.add_gradient(context, gradient_);
  add_weight_decay(outcome);
  outcome.gradient_norm = norm_of(gradient_.values);
  return outcome;
}

/// The regularizers' part of the learning signal; their value goes into the outcome.
template <class Scalar>
DirectCredit<Scalar> Trainer<Scalar>::direct_credit(const TrialBatch<Scalar>& part, double mean_square_rate,
                                                    Outcome& outcome) const {
  DirectCredit<Scalar> direct;
  const Index n_steps = task_.info().n_steps;  // of the whole trials
  const auto n_columns = static_cast<double>(n_steps * part.n_trials);
  const double share = static_cast<double>(part.n_steps) / static_cast<double>(n_steps);
  if (penalty_weight_ > 0) {
    // d/dh of c · mean(h²), the mean over the whole trials
    outcome.penalty = share * penalty_weight_ * mean_square_rate;
    direct.rate_weight =
        static_cast<Scalar>(2 * penalty_weight_ / (static_cast<double>(network_.n_units()) * n_columns));
  }
  if (options_.rate_penalty > 0) {
    // d/dh of ½ c Σ (r - r*)², r the mean over the steps and trials of this part
    const auto target = static_cast<Scalar>(options_.rate_target_hz * task_.info().dt_ms / 1000);
    const Vector<Scalar> excess = (network_.mean_rates().array() - target).matrix();
    outcome.regularizer += share * options_.rate_penalty / 2 * static_cast<double>(excess.squaredNorm());
    direct.offset = static_cast<Scalar>(options_.rate_penalty / n_columns) * excess;
  }
  return direct;
}

template <class Scalar>
void Trainer<Scalar>::watch(const UpdateContext<Scalar>& context) {
  const auto measured = probe_->measure(context);
  alignment_.resize(measured.size());
  for (std::size_t rule = 0; rule < measured.size(); ++rule) {
    alignment_[rule].cosine += measured[rule].cosine;
    alignment_[rule].norm_ratio += measured[rule].norm_ratio;
  }
  ++n_watched_parts_;
}

/// The mean over the parts of the update.
template <class Scalar>
void Trainer<Scalar>::write_alignment(Index update, TrainingRecord& record) {
  for (std::size_t rule = 0; rule < alignment_.size(); ++rule) {
    const auto at = static_cast<std::size_t>(update);
    const std::string& name = options_.alignment.name(rule);
    const auto n_parts = static_cast<double>(n_watched_parts_);
    curve(record, AlignmentPlan::cosine_curve(name)).values[at] = static_cast<float>(alignment_[rule].cosine / n_parts);
    curve(record, AlignmentPlan::ratio_curve(name)).values[at] = static_cast<float>(alignment_[rule].norm_ratio / n_parts);
  }
  alignment_.clear();
  n_watched_parts_ = 0;
}

template <class Scalar>
void Trainer<Scalar>::add_weight_decay(Outcome& outcome) {
  if (options_.l2 == 0 || rule_.traits().kind == UpdateKind::step) return;
  for (const ParameterBlock& block : gradient_.layout.blocks()) {
    if (block.role == ParameterRole::bias || block.role == ParameterRole::readout_bias ||
        block.role == ParameterRole::initial_state)
      continue;
    const auto weights = network_.parameters().block(block.name);
    outcome.regularizer += options_.l2 / 2 * static_cast<double>(weights.squaredNorm());
    gradient_.block(block.name) += static_cast<Scalar>(options_.l2) * weights;
  }
}

template <class Scalar>
void Trainer<Scalar>::apply_gradient(const Outcome& outcome) {
  if (rule_.traits().kind == UpdateKind::step) {
    network_.parameters().values -= gradient_.values;
    return;
  }
  if (options_.clip > 0 && outcome.gradient_norm > options_.clip)
    gradient_.values *= static_cast<Scalar>(options_.clip / outcome.gradient_norm);
  optimizer_.update(network_.parameters().values, gradient_.values);
}

template <class Scalar>
void Trainer<Scalar>::relax_penalty(const Outcome& outcome) {
  if (outcome.penalty > 0 && outcome.penalty >= outcome.loss / 2) penalty_weight_ *= 2.0 / 3.0;
}

template <class Scalar>
bool Trainer<Scalar>::has_diverged(const Outcome& outcome, TrainingRecord& record) {
  if (!std::isfinite(outcome.loss)) {
    record.message = "loss is not finite";
  } else if (!std::isfinite(outcome.gradient_norm)) {
    record.message = "gradient is not finite";
  } else if (outcome.loss > options_.explosion * first_loss_) {
    record.message = fmt::format("loss {:.3g} is more than {:g} times the first", outcome.loss, options_.explosion);
  } else {
    return false;
  }
  record.status = RunStatus::diverged;
  return true;
}

template <class Scalar>
void Trainer<Scalar>::evaluate(Index update, TrainingRecord& record) {
  if (shifted_) evaluate_shifted(update, record);
  const Score score = score_of(task_, evaluation_);  // last: snapshots are taken from this pass
  const auto at = static_cast<std::size_t>(update);
  curve(record, "error").values[at] = static_cast<float>(score.error);
  curve(record, "accuracy").values[at] = static_cast<float>(score.accuracy);
  auto snapshot = record.snapshots.begin();
  for (const Index listed : plan_.at_updates) {
    if (listed == update) take(*snapshot, update, score.error);
    ++snapshot;
  }
  for (const double level : plan_.at_error) {
    if (snapshot->update < 0 && score.error <= level) take(*snapshot, update, score.error);
    ++snapshot;
  }
  for (const double level : plan_.at_accuracy) {
    if (snapshot->update < 0 && score.accuracy >= level) take(*snapshot, update, score.error);
    ++snapshot;
  }
  if (update == options_.updates) take(*snapshot, update, score.error);
}

template <class Scalar>
void Trainer<Scalar>::evaluate_shifted(Index update, TrainingRecord& record) {
  const Score score = score_of(*shifted_, shifted_evaluation_);
  const auto at = static_cast<std::size_t>(update);
  curve(record, "shifted_error").values[at] = static_cast<float>(score.error);
  curve(record, "shifted_accuracy").values[at] = static_cast<float>(score.accuracy);
}

/// Runs the network on the evaluation trials of a task.
template <class Scalar>
Score Trainer<Scalar>::score_of(const Task& task, const TrialBatch<Scalar>& batch) {
  const Activity<Scalar>& activity = network_.forward(batch.inputs, batch.n_trials);
  Score score = objective_.score(batch, activity.outputs);
  if (task.has_performance()) score.accuracy = mean_performance(task, batch, activity.outputs);
  return score;
}

template <class Scalar>
void Trainer<Scalar>::take(Snapshot& snapshot, Index update, double error) {
  snapshot.update = static_cast<int>(update);
  snapshot.error = error;
  snapshot.representation =
      averaged_over_repeats(
      network_.representation(task_.info().first_sample_step, task_.info().n_sample_steps), task_.info());
  if (!plan_.keep_parameters) return;
  const auto& values = network_.parameters().values;
  snapshot.parameters.assign(values.data(), values.data() + values.size());
}

template <class Scalar>
Curve& Trainer<Scalar>::curve(TrainingRecord& record, std::string_view name) {
  return *std::find_if(record.curves.begin(), record.curves.end(),
                       [&](const Curve& candidate) { return candidate.name == name; });
}

template <class Scalar>
TrainingRecord Trainer<Scalar>::empty_record() const {
  TrainingRecord record;
  const auto n_points = static_cast<std::size_t>(options_.updates) + 1;
  const std::vector<float> empty(n_points, std::numeric_limits<float>::quiet_NaN());
  for (const char* name : kCurves)
    record.curves.push_back({name, empty});
  if (shifted_)
    for (const char* name : {"shifted_error", "shifted_accuracy"}) record.curves.push_back({name, empty});
  for (std::size_t rule = 0; rule < options_.alignment.rules.size(); ++rule) {
    const std::string& called = options_.alignment.name(rule);
    for (const auto& name : {AlignmentPlan::cosine_curve(called), AlignmentPlan::ratio_curve(called)})
      record.curves.push_back({name, empty});
  }
  record.snapshots.resize(plan_.labels().size());
  return record;
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace cohort
