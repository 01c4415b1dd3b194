// What it costs to make trials, for every task: ms to generate a batch of 64 training trials, ms of a whole update of
// a CTRNN of 100 units on such a batch (BPTT and Adam, the generation included), and the share of the one in the other.
//
//   benchmark_tasks [TASK]...      variants; default: every task that needs no files of the user's
//   benchmark_tasks --peer SCRIPT  another generator of the same trials: SCRIPT prints "TASK best 12.3 ms" for a batch
//   of
//                                  64 trials, with the path of its kind of Python in COHORT_PYTHON
//
// All are the best of several.

#include "benchmark_peer.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/learning/objective.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/tasks/tasks.hpp>
#include <cohort/tasks/training_batches.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cohort {
namespace {

constexpr Index kTrials = 64;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Milliseconds {
  double generation = 0, update = 0;
};

/// One network that is trained on a task.
class Updates {
 public:
  explicit Updates(const std::string& task)
      : task_(tasks().make(task)),
        network_(architectures<float>().make("ctrnn/units=100", task_->info().n_inputs, task_->info().n_outputs)),
        objective_(task_->info().loss),
        gradient_(network_->parameters().layout) {
    network_->initialize(*initializations().make("gaussian/gain=1"), RandomStream("benchmark", "init", 1));
    rule_->begin(*network_, RandomStream("benchmark", "rule", 1));
  }

  Milliseconds best() {
    update();                         // first use of all memory
    constexpr double patience = 0.7;  // seconds
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Milliseconds best{infinity, infinity};
    const double end = now() + patience;
    do {
      const Milliseconds one = update();
      best = {std::min(best.generation, one.generation), std::min(best.update, one.update)};
    } while (now() < end);
    return best;
  }

 private:
  Milliseconds update() {
    const double start = now();
    const TrialBatch<float>& batch = batches_.next(kTrials);
    const double generated = now();
    const auto& activity = network_->forward(batch.inputs, batch.n_trials);
    objective_.output_error(batch, activity.outputs, error_);
    gradient_.values.setZero();
    rule_->add_gradient({*network_, batch, activity, error_}, gradient_);
    optimizer_->update(network_->parameters().values, gradient_.values);
    return {1e3 * (generated - start), 1e3 * (now() - start)};
  }

  std::unique_ptr<Task> task_;
  std::unique_ptr<Network<float>> network_;
  std::unique_ptr<LearningRule<float>> rule_ = learning_rules<float>().make("bptt");
  std::unique_ptr<Optimizer<float>> optimizer_ = optimizers<float>().make("adam/rate=1e-4");
  TrainingBatches<float> batches_{*task_, RandomStream("benchmark", "data", 1)};
  Objective<float> objective_;
  ParameterSet<float> gradient_;
  Matrix<float> error_;
};

/// A task with a path has no trials without it. The reach has its own kinematics when none are given.
bool needs_files(const Description& description) {
  return description.name != "center_out_reach_hatsopoulos_2007" &&
         std::any_of(description.parameters.begin(), description.parameters.end(),
                     [](const ParameterInfo& parameter) { return parameter.kind == ParameterKind::path; });
}

/// Runs the script, then makes the same tasks' trials here.
int compare_with_peer(const std::string& script) {
  std::vector<std::pair<std::string, double>> peers;
  for (const std::string& line : peer_lines(script)) {
    char name[400];
    double milliseconds = 0;
    if (std::sscanf(line.c_str(), "%399s best %lf ms", name, &milliseconds) == 2)
      peers.emplace_back(name, milliseconds);
  }
  if (peers.empty())
    throw UserError(script + " printed no times", "", "It must print lines such as: flip_flop best 12.3 ms");
  fmt::print("{:<42} {:>14} {:>10} {:>8}\n", "task", "generation ms", "peer ms", "ratio");
  for (const auto& [task, peer] : peers) {
    const double own = Updates(task).best().generation;
    fmt::print("{:<42} {:>14.3f} {:>10.2f} {:>8.0f}\n", task.substr(0, task.find("path=")), own, peer, peer / own);
  }
  return 0;
}

int run(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--peer") return compare_with_peer(argv[2]);
  std::vector<std::string> names(argv + 1, argv + argc);
  if (names.empty()) {
    for (const Description& description : tasks().catalogue().descriptions())
      if (!needs_files(description)) names.push_back(description.name);
  }
  fmt::print("{:<42} {:>14} {:>10} {:>8}\n", "task", "generation ms", "update ms", "share %");
  for (const std::string& name : names) {
    const Milliseconds cost = Updates(name).best();
    fmt::print("{:<42} {:>14.3f} {:>10.2f} {:>8.1f}\n", name, cost.generation, cost.update,
               100 * cost.generation / cost.update);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace cohort

int main(int argc, char** argv) {
  try {
    return cohort::run(argc, argv);
  } catch (const cohort::UserError& error) {
    std::fprintf(stderr, "benchmark_tasks: %s\n", error.what());
    return 2;
  }
}
