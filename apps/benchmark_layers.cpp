// Networks of layers: an update of backprop with Adam, and a meta-learning episode, beside PyTorch in the same run.
//
//   benchmark_layers [--peer path/to/layered.py]
//
// The peer script is called with "bp:784-800-800-10:64:relu:foreach" and prints "...: wall min 1.2 ms median ...; cpu
// min 1.1 median ...", and with "meta:random:3", to print "...: forward 0.1 s backward 0.5 s total 0.6 s (cpu; ...)".
// An update is forward, loss, backward and Adam on one batch. An episode is 250 samples learned online and 50 queries,
// with derivatives by three terms. Times are the processor's, so a busy machine changes them little; GFLOP/s count the
// matrix products of an update.
#include "benchmark_peer.hpp"
#include "fma_peak.hpp"

#include <cohort/core/cpu_clock.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/rules/learning_rules.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace cohort {
namespace {

/// Processor time of the fastest of some calls, in seconds.
template <class Call>
double fastest(int n_calls, int per_call, const Call& call) {
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < n_calls; ++i) {
    const double start = thread_cpu_seconds();
    for (int k = 0; k < per_call; ++k) call();
    best = std::min(best, (thread_cpu_seconds() - start) / per_call);
  }
  return best;
}

TrialBatch<float> random_batch(Index n_inputs, Index n_outputs, Index n_trials) {
  TaskInfo info;
  info.n_inputs = n_inputs;
  info.n_outputs = n_outputs;
  info.loss = LossKind::cross_entropy;
  TrialBatch<float> batch;
  resize_batch(info, n_trials, 1, batch);
  RandomStream stream("benchmark", "layers", 1);
  for (float& value : batch.inputs.topRows(n_inputs).reshaped()) value = static_cast<float>(stream.uniform());
  for (int& label : batch.classes) label = static_cast<int>(stream.integer(static_cast<std::uint64_t>(n_outputs)));
  batch.mask.setOnes();
  return batch;
}

/// The number behind `word` in what a peer printed.
double number_after(const std::vector<std::string>& lines, const std::string& word) {
  for (const std::string& line : lines)
    if (const std::size_t place = line.find(word); place != std::string::npos)
      return std::strtod(line.c_str() + place + word.size(), nullptr);
  throw UserError("the peer printed no '" + word + "'");
}

double peer_update_ms(const std::string& script, const std::string& widths, Index batch) {
  double best = std::numeric_limits<double>::infinity();
  for (const char* form : {"foreach", "loop"})
    best = std::min(best,
                    number_after(peer_lines(script, fmt::format("bp:{}:{}:relu:{}", widths, batch, form)), "cpu min "));
  return best;
}

void time_update(const std::vector<Index>& widths, Index n_trials, const std::string& script) {
  const std::vector<Index> hidden(widths.begin() + 1, widths.end() - 1);
  const auto network = architectures<float>().make(fmt::format("mlp/activation=relu,hidden={}", fmt::join(hidden, "-")),
                                                   widths.front(), widths.back());
  network->initialize(*initializations().make("glorot_uniform"), RandomStream("benchmark", "init", 1));
  const auto rule = learning_rules<float>().make("backprop");
  const auto optimizer = optimizers<float>().make("adam/rate=1e-4");
  rule->begin(*network, RandomStream("benchmark", "rule", 1));
  const TrialBatch<float> batch = random_batch(widths.front(), widths.back(), n_trials);
  const Objective<float> objective(LossKind::cross_entropy);
  ParameterSet<float> gradient(network->parameters().layout);
  Matrix<float> error;
  const double seconds = fastest(12, 15, [&] {
    const auto& activity = network->forward(batch.inputs, n_trials);
    objective.output_error(batch, activity.outputs, error);
    gradient.values.setZero();
    rule->add_gradient({*network, batch, activity, error}, gradient);
    optimizer->update(network->parameters().values, gradient.values);
  });
  double products = 0;
  for (std::size_t l = 1; l < widths.size(); ++l)
    products += (l == 1 ? 4.0 : 6.0) * static_cast<double>(n_trials * widths[l] * widths[l - 1]);
  const std::string name = fmt::format("{}", fmt::join(widths, "-"));
  fmt::print("backprop + Adam {}, batch {}: {:.3f} ms, {:.1f} GFLOP/s, {:.0f} % of peak", name, n_trials, 1e3 * seconds,
             products / seconds / 1e9, 100 * products / seconds / fma_peak<float>());
  if (!script.empty()) {
    const double peer = peer_update_ms(script, name, n_trials);
    fmt::print("; PyTorch {:.3f} ms, {:.2f} times ours", peer, peer / (1e3 * seconds));
  }
  fmt::print("\n");
}

double resident_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void time_episode(const std::string& script) {
  constexpr Index n_pixels = 784, n_classes = 47, n_taught = 250, n_steps = 300;
  const double before = resident_megabytes();
  const auto network = architectures<float>().make("plastic_mlp/terms=[0,2,9]", n_pixels + n_classes, n_classes);
  network->initialize(*initializations().make("glorot_uniform"), RandomStream("benchmark", "init", 1));
  Matrix<float> inputs = Matrix<float>::Zero(n_pixels + n_classes + 1, n_steps);
  RandomStream stream("benchmark", "episode", 1);
  for (float& value : inputs.topRows(n_pixels).reshaped()) value = static_cast<float>(stream.uniform());
  for (Index step = 0; step < n_taught; ++step) inputs(n_pixels + static_cast<Index>(stream.integer(5)), step) = 1;
  const double seconds = fastest(5, 1, [&] { network->forward(inputs, 1); });
  fmt::print("episode of 250 samples and 50 queries, 3 terms: {:.3f} s, {:.0f} MB", seconds,
             resident_megabytes() - before);
  if (!script.empty()) {
    const double peer = number_after(peer_lines(script, "meta:random:3"), "total ");
    fmt::print("; PyTorch {:.2f} s, {:.1f} times ours", peer, peer / seconds);
  }
  fmt::print("\n");
}

}  // namespace
}  // namespace cohort

int main(int argc, char** argv) {
  const std::string script = argc == 3 && std::strcmp(argv[1], "--peer") == 0 ? argv[2] : "";
  if (argc > 1 && script.empty()) {
    std::fprintf(stderr, "usage: benchmark_layers [--peer path/to/layered.py]\n");
    return 2;
  }
  try {
    cohort::time_episode(script);
    cohort::time_update({784, 800, 800, 10}, 64, script);
    cohort::time_update({784, 256, 256, 256, 256, 256, 10}, 128, script);
  } catch (const cohort::UserError& error) {
    std::fprintf(stderr, "benchmark_layers: %s\n", error.what());
    return 2;
  }
  return 0;
}
