#pragma once

#include <cohort/core/stop_request.hpp>
#include <cohort/learning/trainer.hpp>
#include <cohort/study/design.hpp>
#include <cohort/study/run_keeper.hpp>
#include <cohort/study/run_limits.hpp>
#include <cohort/study/run_result.hpp>

#include <memory>

namespace cohort {

/// Everything one run trains with, made from names: the same objects in a study, a benchmark and a test.
template <class Scalar>
struct RunParts {
  std::shared_ptr<const Task> task;
  std::unique_ptr<Network<Scalar>> network;
  std::unique_ptr<LearningRule<Scalar>> rule;
  std::unique_ptr<Optimizer<Scalar>> optimizer;
  TrainingStreams streams;
  std::shared_ptr<const Task> shifted;            ///< null for none
  std::unique_ptr<AlignmentProbe<Scalar>> probe;  ///< null for none
  std::unique_ptr<NetworkTerm<Scalar>> term;      ///< null for none

  Trainer<Scalar> trainer(const TrainingOptions& options, const SnapshotPlan& plan) {
    return {*task, *network, *rule, *optimizer, options, plan, streams, shifted.get(), probe.get(), term.get()};
  }
};

/// The task of the study's shifted evaluation, null for none.
std::shared_ptr<const Task> shifted_task(const Study& study);

/// What compares the gradients of `rules` (variants) with those of the family's reference; null when there are none.
template <class Scalar>
std::unique_ptr<AlignmentProbe<Scalar>> make_probe(const std::vector<std::string>& rules, const std::string& family);

/// The network a run starts with.
template <class Scalar>
std::unique_ptr<Network<Scalar>> make_network(const Study& study, const Run& run);

/// Random streams belong to content: initial weights to (architecture, initialization, seed), trials to (task, seed),
/// the rule's own numbers to the whole run. Runs that differ only in their rule start alike and see the same trials.
template <class Scalar>
RunParts<Scalar> make_parts(const Study& study, const Run& run);

/// What becomes of networks that this machine has not the memory to make.
enum class TooLarge { refuse, skip };

/// Throws UserError, with its place in the study file, when a rule cannot train an architecture or an initialization
/// cannot start it: all such pairs at once.
void check_runs(const Study& study, const Design& design, TooLarge too_large = TooLarge::refuse);

/// Trains one run. Whatever happens inside becomes the result's status and message; only what `between_updates` throws
/// (a StopRequest, a lease that was lost) is passed on, because it is no fault of the run.
///
/// With a `keeper` it goes on from what that kept, and is kept again now and then and when a StopRequest ends it. The
/// result is the same bit for bit, wherever and however often it was interrupted; its times are of all parts together.
///
/// A run that takes more time or memory than `limits` fails with that as its message (see run_failure.hpp); one that
/// took too long is kept, and goes on when it may take longer.
RunResult execute(const Study& study, const Run& run, const StopCheck& between_updates = {},
                  RunKeeper* keeper = nullptr, const RunLimits& limits = {});

/// Hash of everything that a run under way depends on: what decides its result, what its random numbers are drawn from,
/// and what is stored of it.
std::string identity_under_way(const Study& study, const Run& run);

/// The same of a run that ended: without its number of updates and its levels, with which it may go on.
std::string identity_of_ended(const Study& study, const Run& run);

/// Numbers of units, state variables and parameters of a run's network.
struct NetworkSize {
  Index n_units;
  Index n_states;
  Index n_parameters;
  Index n_constants;
};
NetworkSize network_size(const Study& study, const Run& run);

}  // namespace cohort
