#include <cohort/study/run_executor.hpp>

#include "memory_limit.hpp"
#include "misfits.hpp"

#include <cohort/core/cpu_clock.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/core/text.hpp>
#include <cohort/dynamics/flossing_term.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/learning/continued_state.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/study/run_failure.hpp>
#include <cohort/study/training_cost.hpp>
#include <cohort/tasks/noisy_inputs.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <optional>
#include <set>
#include <utility>

namespace cohort {
namespace {

/// A failed run keeps no half-made payload.
RunResult failed(const std::string& why) {
  RunResult result;
  result.status = RunStatus::failed;
  result.message = why;
  return result;
}

/// All constants of a network one behind the other, each column by column.
std::vector<float> constants_of(const Network<float>& network) {
  std::vector<float> values;
  for (const auto& constant : network.constants())
    values.insert(values.end(), constant.values.data(), constant.values.data() + constant.values.size());
  return values;
}

/// Time spent on a run, by this process and those before it.
class SpentTime {
 public:
  void add(const RunUnderWay& before) {
    wall_before_ += before.wall_seconds;
    cpu_before_ += before.cpu_seconds;
  }
  double wall_seconds() const {
    return wall_before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_start_).count();
  }
  double cpu_seconds() const { return cpu_before_ + thread_cpu_seconds() - cpu_start_; }

 private:
  std::chrono::steady_clock::time_point wall_start_ = std::chrono::steady_clock::now();
  double cpu_start_ = thread_cpu_seconds();
  double wall_before_ = 0, cpu_before_ = 0;
};

/// A run's trainer and everything it works on.
struct Training {
  RunParts<float> parts;
  Trainer<float> trainer;
  bool keeps_its_end = false;  ///< for a study with more updates

  Training(const Study& study, const Run& run)
      : parts(make_parts<float>(study, run)), trainer(parts.trainer(study.training, study.snapshots)) {}
};

/// Where `run` was kept, `state` of it; null when that is of another run.
std::unique_ptr<Training> training_from(const Study& study, const Run& run, const RunUnderWay& kept,
                                        const TrainingState& state, RunKeeper& keeper, SpentTime& spent) {
  auto training = std::make_unique<Training>(study, run);
  try {
    training->trainer.restore(state);
    spent.add(kept);
    return training;
  } catch (const RunError& error) {
    keeper.refuse(error.what());
  }
  return nullptr;  // it may have been restored in part
}

/// Where the run ended with fewer updates, if that is of use now.
std::unique_ptr<Training> training_from_its_end(const Study& study, const Run& run, const RunUnderWay& ended,
                                                RunKeeper& keeper, SpentTime& spent) {
  try {
    const TrainingState state = continued(ended.state, ended.levels, study.training.updates, study.snapshots);
    return training_from(study, run, ended, state, keeper, spent);
  } catch (const RunError& error) {
    keeper.refuse(error.what());
  }
  return nullptr;
}

/// At the beginning, where the run was kept last, or where it ended with fewer updates.
std::unique_ptr<Training> training_of(const Study& study, const Run& run, RunKeeper* keeper, SpentTime& spent) {
  std::unique_ptr<Training> training;
  bool is_ahead = false;
  if (keeper) {
    if (const auto kept = keeper->kept()) training = training_from(study, run, *kept, kept->state, *keeper, spent);
    const auto ended = study.training.keep_state ? keeper->ended() : std::nullopt;
    is_ahead = ended && n_begun(ended->state) > study.training.updates;
    if (!training && ended) training = training_from_its_end(study, run, *ended, *keeper, spent);
  }
  if (!training) training = std::make_unique<Training>(study, run);
  training->keeps_its_end = keeper && study.training.keep_state && !is_ahead;
  return training;
}

RunResult train(const Study& study, const Run& run, const StopCheck& between_updates, RunKeeper* keeper,
                const RunLimits& limits, SpentTime& spent) {
  auto training = training_of(study, run, keeper, spent);
  Trainer<float>& trainer = training->trainer;
  const auto under_way = [&] {
    return RunUnderWay{trainer.state(), spent.wall_seconds(), spent.cpu_seconds(), study.snapshots.labels()};
  };
  const Index last = study.training.updates;
  const auto kept_between_updates = [&] {
    try {
      between_updates();
    } catch (const StopRequest&) {
      if (keeper) keeper->keep(under_way);
      throw;
    }
    const bool is_too_long = spent.wall_seconds() > limits.seconds;
    if (keeper && (is_too_long || keeper->is_due())) keeper->keep(under_way);
    if (training->keeps_its_end && trainer.n_updates() == last) keeper->keep_ended(under_way);
    if (is_too_long) throw RunError(too_long_text(limits, trainer.n_updates()));
  };
  RunResult result;
  try {
    static_cast<TrainingRecord&>(result) = trainer.train(kept_between_updates);
  } catch (const std::bad_alloc&) {
    // Eigen 3.4 frees a matrix that grows before it allocates the larger one, and when that fails frees it once more at
    // its end. So what this run has is left where it is.
    static_cast<void>(training.release());
    throw;
  }
  const bool diverged_before = result.status == RunStatus::diverged && trainer.n_updates() <= last;
  if (training->keeps_its_end && diverged_before) keeper->keep_ended(under_way);
  if (study.snapshots.keep_parameters) result.constants = constants_of(*training->parts.network);
  return result;
}

/// Throws UserError unless the rule exists for networks of this kind and serves this architecture.
void check_pair(const Variant& variant, const FactorLevel& level, const Network<float>& network) {
  const Description& rule = learning_rules<float>().catalogue().find(variant.name, level.family);
  if (!rule.serves.includes(network.traits().name))
    throw UserError(fmt::format("{} serves {}", rule.name, fmt::join(rule.serves.names(), ", ")));
  learning_rules<float>().make_of(level.family, variant)->check(network);
}

}  // namespace

std::shared_ptr<const Task> shifted_task(const Study& study) {
  const ShiftedEvaluation& shifted = study.shifted;
  if (shifted.task.empty()) return nullptr;
  auto task = shared_task(shifted.task);
  if (shifted.noise == 0) return task;
  return std::make_shared<const NoisyInputs>(std::move(task), shifted.noise, shifted.low, shifted.high);
}

template <class Scalar>
std::unique_ptr<AlignmentProbe<Scalar>> make_probe(const std::vector<std::string>& rules, const std::string& family) {
  if (rules.empty()) return nullptr;
  std::vector<typename AlignmentProbe<Scalar>::Watcher> watchers;
  for (const std::string& rule : rules) watchers.push_back({rule, learning_rules<Scalar>().make_of(family, rule)});
  return std::make_unique<AlignmentProbe<Scalar>>(reference_rule<Scalar>(family), std::move(watchers));
}

template <class Scalar>
std::unique_ptr<Network<Scalar>> make_network(const Study& study, const Run& run) {
  const auto level = [&](Factor factor) -> const FactorLevel& { return level_of(study, run, factor); };
  const TaskInfo& task = shared_task(study.task)->info();
  auto network = architectures<Scalar>().make(level(Factor::architecture).variant, task.n_inputs, task.n_outputs);
  network->initialize(
      *initializations().make(level(Factor::initialization).variant),
      RandomStream("init",
                   level(Factor::architecture).versioned + "\n" + level(Factor::initialization).versioned + "\n" +
                       fmt::format("{}", seed_of(study, run)),
                   study.seed));
  return network;
}

/// Gradient flossing, where the study asks for it; null else.
template <class Scalar>
std::unique_ptr<NetworkTerm<Scalar>> make_term(const Study& study, const Run& run) {
  if (study.training.flossing.exponents == 0) return nullptr;
  return std::make_unique<FlossingTerm<Scalar>>(make_network<double>(study, run), study.training.flossing);
}

template <class Scalar>
RunParts<Scalar> make_parts(const Study& study, const Run& run) {
  const auto level = [&](Factor factor) -> const FactorLevel& { return level_of(study, run, factor); };
  const std::string seed = fmt::format("{}", seed_of(study, run));
  const std::string& family = level(Factor::architecture).family;
  return {shared_task(study.task),
          make_network<Scalar>(study, run),
          learning_rules<Scalar>().make_of(family, level(Factor::rule).variant),
          optimizers<Scalar>().make(level(Factor::optimizer).variant),
          {RandomStream("data", study.task_versioned + "\n" + seed, study.seed),
           RandomStream("evaluation", study.task_versioned, study.seed), RandomStream("rule", run.streams, study.seed),
           RandomStream("noise", run.streams, study.seed)},
          shifted_task(study),
          make_probe<Scalar>(study.training.alignment.rules, family),
          make_term<Scalar>(study, run)};
}

RunResult execute(const Study& study, const Run& run, const StopCheck& between_updates, RunKeeper* keeper,
                  const RunLimits& limits) {
  SpentTime spent;
  const MemoryLimit memory(limits.bytes);
  bool caller_threw = false;
  const auto guarded = [&] {
    if (!between_updates) return;
    caller_threw = true;
    memory.lift();
    between_updates();
    memory.apply();
    caller_threw = false;
  };
  RunResult result;
  try {
    result = train(study, run, guarded, keeper, limits, spent);
  } catch (const std::bad_alloc&) {
    if (caller_threw) throw;
    result = failed(out_of_memory_text(limits));
  } catch (const std::exception& error) {
    if (caller_threw) throw;
    result = failed(error.what());
  }
  result.wall_seconds = spent.wall_seconds();
  result.cpu_seconds = spent.cpu_seconds();
  return result;
}

std::string identity_under_way(const Study& study, const Run& run) {
  return hash128_hex(fmt::format("cohort run under way\n{}\n{}\n{}outputs {}\n", run.key, run.streams,
                                 study.stored_text(), study.snapshots.keep_outputs));
}

std::string identity_of_ended(const Study& study, const Run& run) {
  return hash128_hex(fmt::format("cohort run that ended\n{}\n{}weights {} outputs {}\n", run.streams,
                                 evaluation_key_text(study), study.snapshots.keep_parameters,
                                 study.snapshots.keep_outputs));
}

namespace {

/// Throws UserError unless the run can be trained by flossing beside its rule.
void check_flossing(const Variant& variant, const FactorLevel& architecture, const Network<float>& network) {
  if (network.traits().family != NetworkFamily::recurrent)
    throw UserError("flossing needs a recurrent network", fmt::format("'{}' has no state", architecture.text));
  if (network.traits().is_spiking) throw UserError("flossing needs derivatives", "spikes have none");
  const auto rule = learning_rules<float>().make_of(architecture.family, variant);
  if (rule->traits().kind != UpdateKind::gradient) throw UserError("flossing needs a rule of gradients");
  if (rule->traits().steps_per_update > 0) throw UserError("flossing needs updates at the end of trials");
}

/// A rule and an architecture must fit, and so must an initialization and an architecture.
void check_run(const Study& study, const Run& run, TooLarge too_large, Misfits& misfits) {
  if (least_memory(study, run) > machine_memory()) {
    if (too_large == TooLarge::skip) return;
    const FactorLevel& architecture = level_of(study, run, Factor::architecture);
    throw UserError(fmt::format("architecture '{}' is too large for this machine", architecture.text),
                    fmt::format("training it needs at least {}, the machine has {}",
                                bytes_text(least_memory(study, run)), bytes_text(machine_memory())),
                    "Use fewer units.", architecture.where);
  }
  const FactorLevel& rule = level_of(study, run, Factor::rule);
  const FactorLevel& architecture = level_of(study, run, Factor::architecture);
  const FactorLevel& initialization = level_of(study, run, Factor::initialization);
  std::unique_ptr<Network<float>> network;
  try {
    network = make_network<float>(study, run);
  } catch (const UserError& error) {
    misfits.add(fmt::format("initialization '{}' cannot start architecture", initialization.text), architecture.text,
                error.what(), architecture.where);
    return;
  }
  try {
    check_pair(rule.variant, architecture, *network);
  } catch (const UserError& error) {
    misfits.add(fmt::format("rule '{}' cannot train architecture", rule.text), architecture.text, error.what(),
                rule.where);
  }
  if (study.training.flossing.exponents > 0) {
    try {
      check_flossing(rule.variant, architecture, *network);
    } catch (const UserError& error) {
      misfits.add(fmt::format("rule '{}' with flossing cannot train architecture", rule.text), architecture.text,
                  error.what(), architecture.where);
    }
  }
  const AlignmentPlan& watching = study.training.alignment;
  for (std::size_t i = 0; i < watching.rules.size(); ++i) {
    try {
      check_pair(parse_variant(watching.rules[i]), architecture, *network);
    } catch (const UserError& error) {
      misfits.add(fmt::format("rule '{}' cannot watch architecture", watching.name(i)), architecture.text, error.what(),
                  architecture.where);
    }
  }
}

}  // namespace

void check_runs(const Study& study, const Design& design, TooLarge too_large) {
  std::set<std::size_t> kinds;  // in the order of the runs
  for (const Factor factor : {Factor::rule, Factor::initialization})
    for (const std::size_t run : design.first_of_each(factor, Factor::architecture)) kinds.insert(run);
  Misfits misfits;
  for (const std::size_t run : kinds) check_run(study, design[run], too_large, misfits);
  misfits.throw_any();
}

NetworkSize network_size(const Study& study, const Run& run) {
  const TaskInfo& task = shared_task(study.task)->info();
  const NetworkShape shape =
      architecture_shape(level_of(study, run, Factor::architecture).variant, task.n_inputs, task.n_outputs);
  return {shape.traits.n_units, shape.traits.n_states, shape.parameters.size(), shape.n_constants()};
}

template std::unique_ptr<Network<float>> make_network<float>(const Study&, const Run&);
template std::unique_ptr<Network<double>> make_network<double>(const Study&, const Run&);
template RunParts<float> make_parts<float>(const Study&, const Run&);
template RunParts<double> make_parts<double>(const Study&, const Run&);

}  // namespace cohort
