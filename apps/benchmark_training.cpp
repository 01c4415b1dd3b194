// One update of a CTRNN: time, GFLOP/s, share of the core's FMA peak, and the ratio to PyTorch measured in the same
// run.
//
//   benchmark_training [--peer path/to/bptt.py] [--reach path/to/reach.py] [Google Benchmark's options]
//
// The peer script prints "N=100 name step best 1.23 ms ..." for each of its implementations; the ratio is taken to the
// fastest; the other prints "N=200 reach/bptt update best 1.23 ms" for each rule. An update is forward, loss, backward
// and Adam on one batch: 64 trials of 100 steps, 10 inputs, 3 outputs. `reach` is a whole update of the reach study
// (200 units, 100 trials of 300 steps) with everything included: drawing the trials, the regularizer, the optimizer and
// its share of the evaluation.

#include "benchmark_batch.hpp"
#include "benchmark_peer.hpp"
#include "fma_peak.hpp"

#include <cohort/rules/learning_rules.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/trainer.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/tasks/tasks.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <limits>
#include <map>
#include <string>

namespace cohort {
namespace {

constexpr Index kSteps = 100, kTrials = 64;

std::map<long, double>& peer_milliseconds() {
  static std::map<long, double> best;  // by number of units
  return best;
}

/// Of one reach update, by rule.
std::map<std::string, double>& reach_milliseconds() {
  static std::map<std::string, double> best;
  return best;
}

double core_peak() {
  static const double peak = fma_peak<float>();
  return peak;
}

/// Time of the fastest iteration beside Google Benchmark's mean: what "best" of the peer compares with.
class Best {
 public:
  template <class Call>
  void time(const Call& call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    seconds_ = std::min(seconds_, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  double seconds() const { return seconds_; }

 private:
  double seconds_ = std::numeric_limits<double>::infinity();
};

void update(benchmark::State& state, const char* rule_name) {
  const Index n = state.range(0);
  const auto made = architectures<float>().make("ctrnn/activation=tanh,tau=5,units=" + std::to_string(n),
                                                kBenchmarkInputs, kBenchmarkOutputs);
  Network<float>& network = *made;
  network.initialize(*initializations().make("gaussian/gain=1"), RandomStream("benchmark", "init", 1));
  const auto rule = learning_rules<float>().make(rule_name);
  const auto optimizer = optimizers<float>().make("adam/rate=1e-3");
  rule->begin(network, RandomStream("benchmark", "rule", 1));
  const TrialBatch<float> batch = benchmark_batch(kTrials, kSteps);
  const Objective<float> objective(LossKind::mean_squared_error);
  ParameterSet<float> gradient(network.parameters().layout);
  Matrix<float> error;
  Best best;
  for (auto _ : state) {
    best.time([&] {
      const auto& activity = network.forward(batch.inputs, kTrials);
      benchmark::DoNotOptimize(objective.score(batch, activity.outputs).loss);
      objective.output_error(batch, activity.outputs, error);
      gradient.values.setZero();
      rule->add_gradient({network, batch, activity, error}, gradient);
      optimizer->update(network.parameters().values, gradient.values);
    });
  }
  const double passes = 1 + rule->traits().relative_cost;
  const double flops =
      passes * 2 * static_cast<double>(kSteps * kTrials * n * (n + kBenchmarkInputs + kBenchmarkOutputs));
  state.counters["best_ms"] = 1e3 * best.seconds();
  state.counters["GFLOP/s"] = flops / best.seconds() / 1e9;
  state.counters["share_of_peak"] = flops / best.seconds() / core_peak();
  if (peer_milliseconds().contains(n))
    state.counters["pytorch_bptt/this"] = peer_milliseconds()[n] / (1e3 * best.seconds());
}

void reach(benchmark::State& state, const char* rule_name) {
  const auto task = tasks().make("center_out_reach_hatsopoulos_2007");
  const auto made = architectures<float>().make("ctrnn/units=200", task->info().n_inputs, task->info().n_outputs);
  Network<float>& network = *made;
  network.initialize(*initializations().make("gaussian/gain=1.5"), RandomStream("benchmark", "init", 1));
  const auto rule = learning_rules<float>().make(rule_name);
  const auto optimizer = optimizers<float>().make("adam/rate=3e-4");
  TrainingOptions options;
  options.updates = 20;
  options.batch = 100;
  options.activity_penalty = 10;
  const RandomStream stream("benchmark", "reach", 1);
  Best best;
  for (auto _ : state) {
    best.time([&] {
      benchmark::DoNotOptimize(
          Trainer<float>(*task, network, *rule, *optimizer, options, SnapshotPlan(), {stream, stream, stream, stream})
              .train());
    });
  }
  // Training makes one gradient more than updates, for the last point of the curves.
  const double milliseconds = 1e3 * best.seconds() / static_cast<double>(options.updates + 1);
  state.counters["ms_per_update"] = milliseconds;
  if (reach_milliseconds().contains(rule_name))
    state.counters["pytorch/this"] = reach_milliseconds()[rule_name] / milliseconds;
}

BENCHMARK_CAPTURE(update, bptt, "bptt")->Arg(100)->Arg(200)->Arg(400)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(update, eprop, "eprop")->Arg(100)->Arg(200)->Arg(400)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reach, bptt, "bptt")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reach, eprop, "eprop")->Unit(benchmark::kMillisecond);

/// Runs the peer script and keeps its fastest step per network size. Its GRU is another network and does not count.
void run_peer(const std::string& script) {
  for (const std::string& line : peer_lines(script, "100 200 400")) {
    long n = 0;
    char name[64];
    double milliseconds = 0;
    if (std::sscanf(line.c_str(), "N=%ld %63s step best %lf ms", &n, name, &milliseconds) != 3) continue;
    if (std::strstr(name, "GRU")) continue;
    const auto [best, is_new] = peer_milliseconds().emplace(n, milliseconds);
    if (!is_new) best->second = std::min(best->second, milliseconds);
  }
  if (peer_milliseconds().empty())
    throw UserError(script + " printed no times", "", "It must print lines such as: N=100 name step best 1.2 ms");
}

void run_reach_peer(const std::string& script) {
  for (const std::string& line : peer_lines(script)) {
    long n = 0;
    char name[64];
    double milliseconds = 0;
    if (std::sscanf(line.c_str(), "N=%ld reach/%63s update best %lf ms", &n, name, &milliseconds) == 3)
      reach_milliseconds()[name] = milliseconds;
  }
  if (reach_milliseconds().empty())
    throw UserError(script + " printed no times", "",
                    "It must print lines such as: N=200 reach/bptt update best 1.2 ms");
}

}  // namespace
}  // namespace cohort

int main(int argc, char** argv) {
  while (argc > 2 && (std::strcmp(argv[1], "--peer") == 0 || std::strcmp(argv[1], "--reach") == 0)) {
    try {
      if (std::strcmp(argv[1], "--peer") == 0)
        cohort::run_peer(argv[2]);
      else
        cohort::run_reach_peer(argv[2]);
    } catch (const cohort::UserError& error) {
      std::fprintf(stderr, "benchmark_training: %s\n", error.what());
      return 2;
    }
    argv[2] = argv[0];
    argv += 2;
    argc -= 2;
  }
  std::fprintf(stderr, "one core's fused multiply-add peak: %.0f GFLOP/s\n", cohort::core_peak() / 1e9);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
