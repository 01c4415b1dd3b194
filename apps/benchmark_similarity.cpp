// How fast networks are compared, on one core.
//
//   benchmark_similarity                                   pieces, by Google Benchmark
//   benchmark_similarity --peer similarity.py              all pairs of 50 networks of full rank, 3000 samples x 200
//                                                          units, beside a script that prints "all pairs 6.80 s"
//   benchmark_similarity --results r.h5 --peer similarity_peer.py
//                                                          all pairs of 50 of the networks of a study as they ended,
//                                                          whole and cut at 1e-6 of their norm; the script gets a file
//                                                          of doubles [network, sample, unit] and the three sizes
#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/cut_representation.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/nuclear_norm.hpp>
#include <cohort/store/run_table.hpp>

#include "benchmark_peak.hpp"
#include "benchmark_peer.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
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

void compare_all_pairs(const Measure& measure, const std::vector<std::unique_ptr<PreparedRepresentation>>& networks);

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
  for (auto _ : state) compare_all_pairs(*measure, networks);
}

void nuclear_norm_alone(benchmark::State& state) {
  const MatrixXd cross = network(state.range(0), 0).values().transpose() * network(state.range(0), 1).values();
  for (auto _ : state) benchmark::DoNotOptimize(nuclear_norm(cross));
}

BENCHMARK(prepare)->Arg(200)->Unit(benchmark::kMillisecond);
BENCHMARK(one_pair)->Arg(100)->Arg(200)->Arg(400)->Unit(benchmark::kMillisecond);
BENCHMARK(nuclear_norm_alone)->Arg(10)->Arg(20)->Arg(40)->Arg(100)->Arg(200)->Arg(400)->Unit(benchmark::kMicrosecond);
BENCHMARK(all_pairs_of_50)->Arg(200)->Unit(benchmark::kSecond)->Iterations(1);

/// Seconds of the fastest of some repetitions.
template <class Work>
double best_seconds(int repetitions, const Work& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

/// The tiles of a study: 16 networks against 16.
void compare_all_pairs(const Measure& measure, const std::vector<std::unique_ptr<PreparedRepresentation>>& networks) {
  constexpr std::size_t tile = 16;
  for (std::size_t row = 0; row < networks.size(); row += tile) {
    for (std::size_t col = row; col < networks.size(); col += tile) {
      std::vector<PreparedPair> pairs;
      for (std::size_t i = row; i < std::min(networks.size(), row + tile); ++i)
        for (std::size_t j = std::max(col, i + 1); j < std::min(networks.size(), col + tile); ++j)
          pairs.push_back({networks[i].get(), networks[j].get()});
      std::vector<MeasureValue> values(pairs.size());
      measure.compare_all(pairs, {}, values);
    }
  }
}

/// Everything that the peer's time counts: preparing, then comparing. Cut first, if `tolerance` is not 0.
double seconds_of(const std::vector<MatrixXd>& networks, double tolerance) {
  const auto measure = measures().make("procrustes");
  return best_seconds(3, [&] {
    std::vector<std::unique_ptr<PreparedRepresentation>> prepared;
    for (const MatrixXd& values : networks)
      prepared.push_back(measure->prepare(Representation(tolerance > 0 ? cut(values, tolerance).scores : values)));
    compare_all_pairs(*measure, prepared);
  });
}

double seconds_of_peer(const std::string& script, const std::string& arguments) {
  for (const std::string& line : peer_lines(script, arguments)) {
    const char* all = std::strstr(line.c_str(), "all pairs");
    double seconds = 0;
    if (all && std::sscanf(all, "all pairs %lf s", &seconds) == 1) return seconds;
  }
  throw UserError(script + " printed no time", "", "It must print a line such as: all pairs 6.80 s");
}

void compare_full_rank(const std::string& peer) {
  constexpr std::size_t n_networks = 50;
  constexpr Index n_units = 200;
  RandomStream stream("benchmark", "full rank", 1);
  std::vector<MatrixXd> networks;
  for (std::size_t i = 0; i < n_networks; ++i)
    networks.push_back(MatrixXd::NullaryExpr(n_samples, n_units, [&] { return stream.normal(); }));
  const double theirs = seconds_of_peer(peer, "50 3000 200"), ours = seconds_of(networks, 0);
  constexpr double n_pairs = n_networks * (n_networks - 1) / 2.0;
  const double product = 2.0 * n_samples * n_units * n_units * n_pairs, peak = double_fma_peak();
  std::printf("all pairs of 50 networks, 3000 x 200, full rank: %.2f s, peer %.2f s, peer / this %.2f\n", ours, theirs,
              theirs / ours);
  std::printf("products of all pairs: %.0f GFLOP, %.2f s at the core's peak of %.0f GFLOP/s: %.0f %% of the time\n",
              product / 1e9, product / peak, peak / 1e9, 100 * product / peak / ours);
}

/// The networks of the largest size as they ended, 50 of them from all over the study.
std::vector<MatrixXd> last_representations(const std::string& path) {
  ResultsFile file = ResultsFile::open_serial(path);
  const RunTable table(file);
  std::vector<MatrixXd> all;
  const std::vector<RunStatus> status = table.read_status();
  for (std::size_t run = 0; run < table.n_runs(); ++run)
    if (status[run] == RunStatus::done)
      all.push_back(table.read_representation(run, table.levels().size() - 1).cast<double>());
  Index most = 0;
  for (const MatrixXd& one : all) most = std::max(most, one.cols());
  std::erase_if(all, [&](const MatrixXd& one) { return one.cols() < most || !Representation::is_comparable(one); });
  std::vector<MatrixXd> some;
  const std::size_t n = std::min<std::size_t>(50, all.size());
  for (std::size_t i = 0; i < n; ++i) some.push_back(all[i * all.size() / n]);
  return some;
}

void compare_real(const std::string& path, const std::string& peer) {
  const std::vector<MatrixXd> networks = last_representations(path);
  if (networks.size() < 2) throw UserError(path + " has no two networks to compare");
  const Index rows = networks.front().rows(), cols = networks.front().cols();
  double kept = 0;
  for (const MatrixXd& one : networks) kept += static_cast<double>(cut(one, 1e-6).scores.cols());
  std::printf("%zu networks, %td samples x %td units, %.0f components on average at 1e-6\n", networks.size(), rows,
              cols, kept / static_cast<double>(networks.size()));
  const double whole = seconds_of(networks, 0), small = seconds_of(networks, 1e-6);
  std::printf("all pairs: whole %.3f s, cut %.3f s (%.1f times faster)\n", whole, small, whole / small);
  if (peer.empty()) return;
  const std::string name = (std::filesystem::temp_directory_path() / fmt::format("networks_{}.bin", getpid())).string();
  std::ofstream out(name, std::ios::binary);
  for (const MatrixXd& one : networks) {
    const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> values = one;
    out.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(sizeof(double)) * values.size());
  }
  out.close();
  const double theirs = seconds_of_peer(peer, fmt::format("{} {} {} {}", name, networks.size(), rows, cols));
  std::filesystem::remove(name);
  std::printf("peer %.3f s: %.1f times this whole, %.1f times this cut\n", theirs, theirs / whole, theirs / small);
}

}  // namespace
}  // namespace cohort

int main(int argc, char** argv) {
  using namespace cohort;
  std::string peer, results;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--peer") == 0) peer = argv[i + 1];
    if (std::strcmp(argv[i], "--results") == 0) results = argv[i + 1];
  }
  try {
    if (!results.empty()) {
      compare_real(results, peer);
    } else if (!peer.empty()) {
      compare_full_rank(peer);
    } else {
      benchmark::Initialize(&argc, argv);
      benchmark::RunSpecifiedBenchmarks();
    }
  } catch (const UserError& error) {
    std::fprintf(stderr, "benchmark_similarity: %s\n", error.what());
    return 2;
  }
  return 0;
}
