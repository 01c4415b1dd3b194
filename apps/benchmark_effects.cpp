// How fast effect sizes are: the pseudo-F of all terms of an additive model under 999 free permutations of 2,000 runs
// with four factors (what vegan's adonis2 computes), apart from it the recommended table with its synchronized tests,
// and the table of 10,000 runs. One core.
//
//   benchmark_effects                        5 x 5 x 4 levels x 20 seeds, then x 100 seeds
//   benchmark_effects --peer numpy_form.py   the peer beside it: a script that reads D2000.bin (float64) and f2000.csv
//   from
//                                            the current folder, which are written here, and prints "... wall 4.95 s
//                                            ..."
#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/effects.hpp>
#include <cohort/similarity/free_permutations.hpp>

#include "benchmark_peer.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numeric>

namespace cohort {
namespace {

/// 5 x 5 x 4 levels and `n_seeds` seeds, the seed fastest.
FactorialLabels labels_with(int n_seeds) {
  const std::vector<std::pair<const char*, int>> sizes{{"rule", 5}, {"architecture", 5}, {"initialization", 4}};
  const auto named = [](const char* name, int n_levels) {
    FactorLabels factor{name, {}, {}};
    for (int level = 0; level < n_levels; ++level) factor.levels.push_back(std::to_string(level));
    return factor;
  };
  FactorialLabels labels;
  for (const auto& [name, n] : sizes) labels.factors.push_back(named(name, n));
  labels.block = named("seed", n_seeds);
  for (int run = 0; run < 100 * n_seeds; ++run) {
    labels.factors[0].level_of.push_back(run / (20 * n_seeds));
    labels.factors[1].level_of.push_back(run / (4 * n_seeds) % 5);
    labels.factors[2].level_of.push_back(run / n_seeds % 4);
    labels.block.level_of.push_back(run % n_seeds);
  }
  return labels;
}

/// Distances between points in 30 dimensions that every factor moves.
MatrixXd distances_of(const FactorialLabels& labels) {
  RandomStream stream("benchmark", "effects", 1);
  const auto normal = [&] { return stream.normal(); };
  const auto n = static_cast<Index>(labels.n_runs());
  MatrixXd points = MatrixXd::NullaryExpr(30, n, normal);
  const auto move = [&](const FactorLabels& factor, double size) {
    const MatrixXd effects = MatrixXd::NullaryExpr(30, static_cast<Index>(factor.levels.size()), normal);
    for (Index run = 0; run < n; ++run)
      points.col(run) += size * effects.col(factor.level_of[static_cast<std::size_t>(run)]);
  };
  move(labels.factors[0], 0.2), move(labels.factors[1], 0.8), move(labels.factors[2], 0.5), move(labels.block, 0.3);
  const VectorXd squares = points.colwise().squaredNorm();
  MatrixXd distances = -2 * points.transpose() * points;
  distances.colwise() += squares;
  distances.rowwise() += squares.transpose();
  distances = distances.cwiseMax(0).cwiseSqrt().eval();
  distances.diagonal().setZero();
  return (distances + distances.transpose()) / 2;
}

/// Seconds on the wall and of the processor, the best of `repetitions`.
template <class Work>
double best_seconds(const char* name, int repetitions, const Work& work) {
  double wall = std::numeric_limits<double>::infinity(), cpu = wall;
  for (int i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t cpu_start = std::clock();
    work();
    cpu = std::min(cpu, static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC);
    wall = std::min(wall, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%-72s %8.3f s, of the processor %8.3f s; peak so far %.0f MiB\n", name, wall, cpu,
              static_cast<double>(usage.ru_maxrss) / 1024);
  std::fflush(stdout);
  return cpu;
}

std::vector<std::vector<std::uint32_t>> free_arrangements(std::size_t n_runs, std::size_t n) {
  std::vector<std::vector<std::uint32_t>> arrangements(n + 1, std::vector<std::uint32_t>(n_runs));
  const RandomStream stream("benchmark", "permutations", 1);
  for (std::size_t i = 0; i <= n; ++i) {
    std::iota(arrangements[i].begin(), arrangements[i].end(), 0u);
    RandomStream numbers = stream.substream(i);
    for (std::size_t left = n_runs; i > 0 && left > 1; --left)
      std::swap(arrangements[i][left - 1], arrangements[i][numbers.integer(left)]);
  }
  return arrangements;
}

double time_free(const MatrixXd& distances, const FactorialLabels& labels, int repetitions) {
  MatrixXd f;
  const double seconds =
      best_seconds("2,000 runs, F of 4 terms, 999 free permutations, all included", repetitions, [&] {
        const DummyColumns columns(labels, terms_of(labels, EffectModel::main));
        f = FreePermutations(DistanceMatrixSquares(distances), columns)
                .f(free_arrangements(labels.n_runs(), 999))
                .sequential;
      });
  std::printf("F");
  for (Index term = 0; term < f.rows(); ++term) std::printf(" %.4f", f(term, 0));
  std::printf("; p");
  for (Index term = 0; term < f.rows(); ++term)
    std::printf(" %.3f", static_cast<double>((f.row(term).array() >= f(term, 0) - 1e-9).count()) / 1000);
  std::printf("\n");
  return seconds;
}

void time_tables(const MatrixXd& distances, const FactorialLabels& labels, const std::string& n, int repetitions) {
  const DistanceMatrixSquares squares(distances);
  EffectOptions options;
  options.max_eigenvalue_runs = 0;
  options.permutations = EffectPermutations::none;
  best_seconds((n + " runs, table with shares, jackknife and interactions").c_str(), repetitions,
               [&] { effects_of_distances(squares, labels, options); });
  options.permutations = EffectPermutations::synchronized;
  best_seconds((n + " runs, the same with synchronized tests (3 x 9,999)").c_str(), repetitions,
               [&] { effects_of_distances(squares, labels, options); });
}

/// A folder that the process works in while this lives, and that is gone afterwards.
class ScratchFolder {
 public:
  ScratchFolder() : before_(std::filesystem::current_path()) {
    std::string name = (std::filesystem::temp_directory_path() / "benchmark_effects_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw UserError("no scratch folder can be made", std::strerror(errno));
    folder_ = name;
    std::filesystem::current_path(folder_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::current_path(before_, ignored);
    std::filesystem::remove_all(folder_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

 private:
  std::filesystem::path before_, folder_;
};

void write_for_peer(const MatrixXd& distances, const FactorialLabels& labels) {
  std::ofstream("D2000.bin", std::ios::binary)
      .write(reinterpret_cast<const char*>(distances.data()),
             static_cast<std::streamsize>(sizeof(double)) * distances.size());
  std::ofstream table("f2000.csv");
  table << "rule,arch,init,seed\n";
  for (std::size_t run = 0; run < labels.n_runs(); ++run)
    table << labels.factors[0].level_of[run] << ',' << labels.factors[1].level_of[run] << ','
          << labels.factors[2].level_of[run] << ',' << labels.block.level_of[run] << '\n';
}

double peer_seconds(const std::string& script, const MatrixXd& distances, const FactorialLabels& labels) {
  const std::string path = std::filesystem::absolute(script).string();
  const ScratchFolder scratch;
  write_for_peer(distances, labels);
  for (const std::string& line : peer_lines(path, "2000")) {
    const char* cpu = std::strstr(line.c_str(), "cpu ");
    double seconds = 0;
    if (cpu && std::sscanf(cpu, "cpu %lf", &seconds) == 1) return seconds;
  }
  throw UserError(script + " printed no time", "", "It must print a line such as: TIME cpu 4.95 wall 5.00 s");
}

}  // namespace
}  // namespace cohort

int main(int argc, char** argv) {
  using namespace cohort;
  try {
    const bool has_peer = argc > 2 && std::strcmp(argv[1], "--peer") == 0;
    const int first = has_peer ? 3 : 1, repetitions = argc > first ? std::max(1, std::atoi(argv[first])) : 3;
    {
      const FactorialLabels labels = labels_with(20);
      const MatrixXd distances = distances_of(labels);
      const double seconds = time_free(distances, labels, repetitions);
      if (has_peer) std::printf("peer / this: %.1f\n", peer_seconds(argv[2], distances, labels) / seconds);
      time_tables(distances, labels, "2,000", repetitions);
      best_seconds("2,000 runs, share of negative eigenvalues", 1, [&] {
        EffectOptions options;
        options.permutations = EffectPermutations::none;
        effects_of_distances(DistanceMatrixSquares(distances), labels, options);
      });
    }
    const FactorialLabels labels = labels_with(100);
    time_tables(distances_of(labels), labels, "10,000", 1);
  } catch (const UserError& error) {
    std::fprintf(stderr, "benchmark_effects: %s\n", error.what());
    return 2;
  }
  return 0;
}
