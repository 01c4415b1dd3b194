#include <cohort/learning/trainer.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/learning/due_snapshots.hpp>
#include <cohort/learning/state_reader.hpp>
#include <cohort/learning/state_writer.hpp>
#include <cohort/tasks/trial_steps.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace cohort {
namespace {

constexpr const char* kCurves[] = {"loss", "error", "accuracy", "gradient_norm", "activity_penalty", "regularizer"};
constexpr const char* kShiftedCurves[] = {"shifted_error", "shifted_accuracy"};

template <class Scalar>
double norm_of(const Vector<Scalar>& values) {
  return std::sqrt(values.template cast<double>().squaredNorm());
}

}  // namespace

template <class Scalar>
Trainer<Scalar>::Trainer(const Task& task, Network<Scalar>& network, LearningRule<Scalar>& rule,
                         Optimizer<Scalar>& optimizer, const TrainingOptions& options, const SnapshotPlan& plan,
                         const TrainingStreams& streams, const Task* shifted, AlignmentProbe<Scalar>* probe,
                         NetworkTerm<Scalar>* term)
    : task_(task),
      network_(network),
      rule_(rule),
      optimizer_(optimizer),
      options_(options),
      plan_(plan),
      streams_(streams),
      objective_(task.info().loss),
      regularizers_(options),
      evaluation_(task, streams.evaluation),
      alignment_(options.alignment, probe),
      term_(term),
      rule_curves_(rule.curves()),
      batches_(task, streams.training),
      gradient_(network.parameters().layout),
      whole_gradient_(network.parameters().layout) {
  rule_.check(network_);
  if (shifted) {
    const TaskInfo &clean = task_.info(), &other = shifted->info();
    expects(clean.n_inputs == other.n_inputs && clean.n_outputs == other.n_outputs && clean.loss == other.loss,
            "a shifted task with the inputs and outputs of the task");
    shifted_evaluation_.emplace(*shifted, streams_.evaluation);
  }
  rule_.begin(network_, streams_.rule);
  alignment_.begin(network_, streams_.rule.substream(0));
  state_.record = empty_record();
}

template <class Scalar>
TrainingRecord Trainer<Scalar>::train(const std::function<void()>& between_updates) {
  while (!is_finished()) {
    if (between_updates) between_updates();
    step();
  }
  return state_.record;
}

template <class Scalar>
void Trainer<Scalar>::step() {
  expects(!is_finished(), "a training that has not ended");
  const Index update = state_.update;
  const bool is_last = update == options_.updates;
  if (is_evaluated(update)) evaluate();
  alignment_.begin_update(update);
  const Outcome outcome = compute_gradient(!is_last);
  alignment_.end_update(update, state_.record);
  write(outcome);
  if (update == 0) state_.first_loss = outcome.loss;
  state_.record.message = divergence(outcome);
  if (!state_.record.message.empty()) {
    state_.record.message += fmt::format(" at update {}", update);
    state_.record.status = RunStatus::diverged;
  } else if (is_last) {
    state_.record.status = RunStatus::done;
  }
  ++state_.update;
}

template <class Scalar>
void Trainer<Scalar>::update() {
  compute_gradient(true);
  ++state_.update;
}

template <class Scalar>
TrainingState Trainer<Scalar>::state() {
  TrainingState state = state_;
  state.next_trial = batches_.next_trial();
  StateWriter writer;
  visit_learned(writer);
  state.learned = writer.bytes();
  return state;
}

template <class Scalar>
void Trainer<Scalar>::restore(const TrainingState& state) {
  check(state);
  StateReader reader(state.learned);
  visit_learned(reader);
  reader.finish();
  batches_.go_to(state.next_trial);
  state_ = state;
  state_.learned.clear();
}

/// The curves and levels of this training, and no more updates.
template <class Scalar>
void Trainer<Scalar>::check(const TrainingState& state) const {
  const TrainingRecord own = empty_record();
  const auto same = [](const Curve& a, const Curve& b) {
    return a.name == b.name && a.values.size() == b.values.size();
  };
  const TrainingRecord& other = state.record;
  const bool same_curves =
      std::equal(own.curves.begin(), own.curves.end(), other.curves.begin(), other.curves.end(), same);
  if (!same_curves || own.snapshots.size() != other.snapshots.size())
    throw RunError("the saved training has other curves, updates or levels than this one");
}

template <class Scalar>
void Trainer<Scalar>::visit_learned(StateVisitor& visitor) {
  visitor.visit("parameters", network_.parameters().values);
  visitor.visit_part("regularizers", regularizers_);
  visitor.visit_part("rule", rule_);
  visitor.visit_part("optimizer", optimizer_);
  visitor.visit_part("alignment", alignment_);
}

/// The gradient of the next training batch, followed by the update if asked for; an online rule updates after each part
/// of the trials.
template <class Scalar>
typename Trainer<Scalar>::Outcome Trainer<Scalar>::compute_gradient(bool apply) {
  const TrialBatch<Scalar>& batch = batches_.next(options_.batch);
  total_weight_ = Objective<Scalar>::total_weight(batch);
  regularizers_.begin_update();
  const Index every = rule_.traits().steps_per_update;
  Outcome whole;
  if (every == 0 || every >= batch.n_steps) {
    whole = part_gradient(batch, 0);
    if (apply && whole.is_finite() && rule_.has_update()) apply_gradient(whole);
  } else {
    whole = sum_over_parts(batch, every, apply);
  }
  if (apply) regularizers_.end_update(whole.loss);
  return whole;
}

template <class Scalar>
typename Trainer<Scalar>::Outcome Trainer<Scalar>::sum_over_parts(const TrialBatch<Scalar>& batch, Index n_steps,
                                                                  bool apply) {
  Outcome whole;
  whole_gradient_.values.setZero();
  for (Index first = 0; first < batch.n_steps; first += n_steps) {
    copy_steps(batch, first, std::min(n_steps, batch.n_steps - first), part_);
    const Outcome part = part_gradient(part_, first);
    whole.loss += part.loss;
    whole.regularizers += part.regularizers;
    whole_gradient_.values += gradient_.values;
    if (!part.is_finite()) break;
    if (apply && rule_.has_update()) apply_gradient(part);
  }
  whole.gradient_norm = norm_of(whole_gradient_.values);
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
  const DirectCredit<Scalar> direct =
      regularizers_.credit(regularized(part, activity.mean_square_rate), outcome.regularizers);
  const auto update = static_cast<std::uint64_t>(state_.update);
  const UpdateContext<Scalar> context{network_,   part,          activity,   output_error_, direct,
                                      objective_, total_weight_, first_step, noise.get(),   update};
  alignment_.watch(context);
  rule_.add_gradient(context, gradient_);
  if (has_gradient()) regularizers_.add_gradient(network_.parameters(), gradient_, outcome.regularizers);
  if (term_ && term_->is_due(state_.update)) {
    if (term_->is_alone(state_.update)) gradient_.values.setZero();
    outcome.regularizers.regularizer += term_->add_gradient(network_.parameters(), part, gradient_);
  }
  outcome.gradient_norm = norm_of(gradient_.values);
  return outcome;
}

template <class Scalar>
RegularizedPass<Scalar> Trainer<Scalar>::regularized(const TrialBatch<Scalar>& part, double mean_square_rate) const {
  const TaskInfo& info = task_.info();
  return {.network = network_,
          .mean_square_rate = mean_square_rate,
          .share = static_cast<double>(part.n_steps) / static_cast<double>(info.n_steps),
          .n_columns = static_cast<double>(info.n_steps * part.n_trials),
          .dt_ms = info.dt_ms};
}

template <class Scalar>
void Trainer<Scalar>::apply_gradient(const Outcome& outcome) {
  if (!has_gradient()) {
    network_.parameters().values -= gradient_.values;
    return;
  }
  if (options_.clip > 0 && outcome.gradient_norm > options_.clip)
    gradient_.values *= static_cast<Scalar>(options_.clip / outcome.gradient_norm);
  optimizer_.update(network_.parameters().values, gradient_.values);
}

template <class Scalar>
bool Trainer<Scalar>::is_evaluated(Index update) const {
  return update % options_.evaluate_every == 0 || update == options_.updates ||
         std::count(plan_.at_updates.begin(), plan_.at_updates.end(), update) > 0;
}

template <class Scalar>
void Trainer<Scalar>::evaluate() {
  if (shifted_evaluation_) {
    const Score score = shifted_evaluation_->score(network_);
    set("shifted_error", score.error);
    set("shifted_accuracy", score.accuracy);
  }
  const Score score = evaluation_.score(network_);  // last: snapshots are taken from this pass
  set("error", score.error);
  set("accuracy", score.accuracy);
  NetworkFacts& facts = state_.record.network;
  facts.end = rate_summary(network_);
  if (state_.update == 0) {
    facts.start = facts.end;
    facts.initial = weight_summary(network_);
  }
  for (Snapshot* snapshot : due_snapshots(plan_, state_.update, options_.updates, score, state_.record.snapshots)) {
    snapshot->update = static_cast<int>(state_.update);
    snapshot->error = score.error;
    snapshot->representation = evaluation_.representation(network_);
    if (plan_.keep_outputs) snapshot->outputs = evaluation_.outputs(network_);
    if (!plan_.keep_parameters) continue;
    const auto& values = network_.parameters().values;
    snapshot->parameters.assign(values.data(), values.data() + values.size());
  }
}

template <class Scalar>
void Trainer<Scalar>::write(const Outcome& outcome) {
  set("loss", outcome.loss);
  set("activity_penalty", outcome.regularizers.activity_penalty);
  set("regularizer", outcome.regularizers.regularizer);
  set("gradient_norm", outcome.gradient_norm);
  const std::vector<double> own = rule_.curve_values();
  expects(own.size() == rule_curves_.size(), "one value per curve of the rule");
  for (std::size_t i = 0; i < own.size(); ++i) set(rule_curves_[i].path(), own[i]);
}

template <class Scalar>
void Trainer<Scalar>::set(std::string_view curve, double value) {
  state_.record.curve(curve)[static_cast<std::size_t>(state_.update)] = static_cast<float>(value);
}

/// Why training cannot go on; empty when it can.
template <class Scalar>
std::string Trainer<Scalar>::divergence(const Outcome& outcome) const {
  if (!std::isfinite(outcome.loss)) return "loss is not finite";
  if (!std::isfinite(outcome.gradient_norm)) return "gradient is not finite";
  if (state_.first_loss > 0 && outcome.loss > options_.explosion * state_.first_loss)
    return fmt::format("loss {:.3g} is more than {:g} times the first", outcome.loss, options_.explosion);
  return "";
}

template <class Scalar>
TrainingRecord Trainer<Scalar>::empty_record() const {
  TrainingRecord record;
  const auto n_points = static_cast<std::size_t>(options_.updates) + 1;
  const auto add = [&](const std::string& name) {
    record.curves.push_back({name, std::vector<float>(n_points, std::numeric_limits<float>::quiet_NaN())});
  };
  for (const char* name : kCurves) add(name);
  if (shifted_evaluation_)
    for (const char* name : kShiftedCurves) add(name);
  for (const std::string& name : alignment_.names()) add(name);
  for (const RuleCurve& curve : rule_curves_) add(curve.path());
  record.snapshots.resize(plan_.labels().size());
  return record;
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace cohort
