#include <cohort/study/run_executor.hpp>

#include <cohort/learning/learning_rules.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/network/cells.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/network/recurrent_network.hpp>
#include <cohort/tasks/tasks.hpp>

#include <chrono>
#include <ctime>
#include <new>

namespace cohort {
namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// A failed run keeps no half-made payload.
RunResult failed(const std::string& why) {
  RunResult result;
  result.status = RunStatus::failed;
  result.message = why;
  return result;
}

RunResult train(const Study& study, const Run& run, const std::function<void()>& between_updates) {
  RunResult result;
  auto parts = make_parts<float>(study, run);
  static_cast<TrainingRecord&>(result) = parts.trainer(study.training, study.snapshots).train(between_updates);
  return result;
}

}  // namespace

template <class Scalar>
RunParts<Scalar> make_parts(const Study& study, const Run& run) {
  const auto level = [&](Factor factor) -> const FactorLevel& { return level_of(study, run, factor); };
  auto task = tasks().make(study.task);
  auto network = std::make_unique<RecurrentNetwork<Scalar>>(cells<Scalar>().make(level(Factor::architecture).text),
                                                            task->info().n_inputs, task->info().n_outputs);
  const std::string& seed = level(Factor::seed).text;
  network->initialize(*initializations().make(level(Factor::initialization).text),
                      RandomStream("init", level(Factor::architecture).versioned + "\n" +
                                               level(Factor::initialization).versioned + "\n" + seed,
                                   study.seed));
  return {std::move(task), std::move(network), learning_rules<Scalar>().make(level(Factor::rule).text),
          optimizers<Scalar>().make(level(Factor::optimizer).text),
          {RandomStream("data", study.task_versioned + "\n" + seed, study.seed),
           RandomStream("evaluation", study.task_versioned, study.seed), RandomStream("rule", run.key, study.seed),
           RandomStream("noise", run.key, study.seed)}};
}

RunResult execute(const Study& study, const Run& run, const std::function<void()>& between_updates) {
  const auto wall_start = std::chrono::steady_clock::now();
  const double cpu_start = cpu_seconds();
  bool caller_threw = false;
  const auto guarded = [&] {
    if (!between_updates) return;
    caller_threw = true;
    between_updates();
    caller_threw = false;
  };
  RunResult result;
  try {
    result = train(study, run, guarded);
  } catch (const std::bad_alloc&) {
    if (caller_threw) throw;
    result = failed("out of memory");
  } catch (const std::exception& error) {
    if (caller_threw) throw;
    result = failed(error.what());
  }
  result.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_start).count();
  result.cpu_seconds = cpu_seconds() - cpu_start;
  return result;
}

NetworkSize network_size(const Study& study, const Run& run) {
  const auto task = tasks().make(study.task);
  const RecurrentNetwork<float> network(cells<float>().make(level_of(study, run, Factor::architecture).text),
                                        task->info().n_inputs, task->info().n_outputs);
  return {network.n_units(), network.parameters().layout.size()};
}

template RunParts<float> make_parts<float>(const Study&, const Run&);
template RunParts<double> make_parts<double>(const Study&, const Run&);

}  // namespace cohort
