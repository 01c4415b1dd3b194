#include <cohort/learning/trainer.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr const char* kCurves[] = {"loss", "error", "accuracy", "gradient_norm", "activity_penalty"};

}  // namespace

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
                         const TrainingStreams& streams)
    : task_(task),
      network_(network),
      rule_(rule),
      optimizer_(optimizer),
      options_(options),
      plan_(plan),
      streams_(streams),
      objective_(task.info().loss),
      gradient_(network.parameters().layout),
      penalty_weight_(options.activity_penalty) {
  expects(rule.family() == network.family(), "a rule of the network's family");
  fill_evaluation_batch(task_, streams_.evaluation, evaluation_);
  rule_.begin(network_, streams_.rule);
}

template <class Scalar>
TrainingRecord Trainer<Scalar>::train(const std::function<void()>& between_updates) {
  TrainingRecord record = empty_record();
  for (Index update = 0; update <= options_.updates; ++update) {
    if (between_updates) between_updates();
    if (update % options_.evaluate_every == 0 || update == options_.updates ||
        std::count(plan_.at_updates.begin(), plan_.at_updates.end(), update) > 0)
      evaluate(update, record);
    const Outcome outcome = compute_gradient();
    const auto at = static_cast<std::size_t>(update);
    curve(record, "loss").values[at] = static_cast<float>(outcome.loss);
    curve(record, "activity_penalty").values[at] = static_cast<float>(outcome.penalty);
    curve(record, "gradient_norm").values[at] = static_cast<float>(outcome.gradient_norm);
    if (update == 0) first_loss_ = outcome.loss;
    if (has_diverged(outcome, record)) {
      record.message += fmt::format(" at update {}", update);
      return record;
    }
    if (update < options_.updates) apply_gradient(outcome);
  }
  record.status = RunStatus::done;
  return record;
}

template <class Scalar>
void Trainer<Scalar>::update() {
  apply_gradient(compute_gradient());
}

template <class Scalar>
typename Trainer<Scalar>::Outcome Trainer<Scalar>::compute_gradient() {
  fill_training_batch(task_, streams_.training, next_trial_, options_.batch, batch_);
  next_trial_ += static_cast<std::uint64_t>(options_.batch);
  const Activity<Scalar>& activity = network_.forward(batch_.inputs, batch_.n_trials);
  Outcome outcome;
  outcome.loss = objective_.score(batch_, activity.outputs).loss;
  outcome.penalty = penalty_weight_ * activity.mean_square_rate;
  objective_.output_error(batch_, activity.outputs, output_error_);
  // d/dh of c · mean(h²)
  const double n_rates = static_cast<double>(network_.n_units() * batch_.n_columns());
  const auto rate_weight = static_cast<Scalar>(2 * penalty_weight_ / n_rates);
  gradient_.values.setZero();
  rule_.add_gradient({network_, batch_, activity, output_error_, rate_weight}, gradient_);
  outcome.gradient_norm = std::sqrt(gradient_.values.template cast<double>().squaredNorm());
  return outcome;
}

template <class Scalar>
void Trainer<Scalar>::apply_gradient(const Outcome& outcome) {
  if (options_.clip > 0 && outcome.gradient_norm > options_.clip)
    gradient_.values *= static_cast<Scalar>(options_.clip / outcome.gradient_norm);
  optimizer_.update(network_.parameters().values, gradient_.values);
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
  const Activity<Scalar>& activity = network_.forward(evaluation_.inputs, evaluation_.n_trials);
  const Score score = objective_.score(evaluation_, activity.outputs);
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
void Trainer<Scalar>::take(Snapshot& snapshot, Index update, double error) {
  snapshot.update = static_cast<int>(update);
  snapshot.error = error;
  snapshot.representation =
      network_.representation(task_.info().first_sample_step, task_.info().n_sample_steps).template cast<float>();
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
  for (const char* name : kCurves)
    record.curves.push_back({name, std::vector<float>(n_points, std::numeric_limits<float>::quiet_NaN())});
  record.snapshots.resize(plan_.labels().size());
  return record;
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace cohort
