// How fast networks are compared: one pair, and all pairs of 50 networks with 3000 samples of 200 units.
#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/nuclear_norm.hpp>

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

namespace cohort {
namespace {

constexpr Index n_samples = 3000;

// Smooth responses of a few modes plus a little noise in every unit, as networks and recordings have.
Representation network(Index n_units, std::uint64_t item) {
  RandomStream stream = RandomStream("benchmark", "similarity", 1).substream(item);
  const auto normal = [&] { return stream.normal(); };
  MatrixXd modes = MatrixXd::NullaryExpr(n_samples, 20, normal);
  for (Index sample = 1; sample < n_samples; ++sample)
    modes.row(sample) = 0.95 * modes.row(sample - 1) + 0.05 * modes.row(sample);
  const MatrixXd mixing = MatrixXd::NullaryExpr(20, n_units, normal);
  const MatrixXd noise = MatrixXd::NullaryExpr(n_samples, n_units, normal);
  return Representation(modes * mixing + 0.01 * noise);
}

std::vector<std::unique_ptr<PreparedRepresentation>> prepared_networks(const Measure& measure, int n_networks,
                                                                       Index n_units) {
  std::vector<std::unique_ptr<PreparedRepresentation>> prepared;
  for (int i = 0; i < n_networks; ++i)
    prepared.push_back(measure.prepare(network(n_units, static_cast<std::uint64_t>(i))));
  return prepared;
}

void prepare(benchmark::State& state) {
  const auto measure = measures().make("procrustes");
  const Representation representation = network(state.range(0), 0);
  for (auto _ : state) benchmark::DoNotOptimize(measure->prepare(representation));
}

void one_pair(benchmark::State& state) {
  const auto measure = measures().make("procrustes");
  const auto networks = prepared_networks(*measure, 2, state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(measure->compare(*networks[0], *networks[1]).value);
  state.counters["GFLOP/s"] =
      benchmark::Counter(measure->comparison_flops(n_samples, state.range(0), state.range(0)) / 1e9,
                         benchmark::Counter::kIsIterationInvariantRate);
}

void all_pairs_of_50(benchmark::State& state) {
  const auto measure = measures().make("procrustes");
  const auto networks = prepared_networks(*measure, 50, state.range(0));
  for (auto _ : state)
    for (std::size_t i = 0; i < networks.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) benchmark::DoNotOptimize(measure->compare(*networks[i], *networks[j]).value);
}

void nuclear_norm_alone(benchmark::State& state) {
  const MatrixXd cross = network(state.range(0), 0).values().transpose() * network(state.range(0), 1).values();
  for (auto _ : state) benchmark::DoNotOptimize(nuclear_norm(cross));
}

BENCHMARK(prepare)->Arg(200)->Unit(benchmark::kMillisecond);
BENCHMARK(one_pair)->Arg(100)->Arg(200)->Arg(400)->Unit(benchmark::kMillisecond);
BENCHMARK(nuclear_norm_alone)->Arg(100)->Arg(200)->Arg(400)->Unit(benchmark::kMillisecond);
BENCHMARK(all_pairs_of_50)->Arg(200)->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
}  // namespace cohort

BENCHMARK_MAIN();
