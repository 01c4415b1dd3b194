// How fast fixed points are found, how fast the map is that the search steps, and how fast Lyapunov spectra
// and products of Hessians are.
//
//   benchmark_dynamics [--peer path/to/fixed_points.py] [--lyapunov path/to/lyapunov.py]
//                      [--curvature path/to/curvature.py] [repetitions]
//
// The first peer script finds the fixed points of the first network below as is usual with PyTorch, and prints
// "... 51 points, search 4.70 s in 3000 steps, everything 5.00 s"; the second computes all exponents of a network of
// 100 units over 2500 steps with NumPy, a decomposition at every step, and prints "... spectrum 0.570 s, ..."; the
// third makes 100 products of the Hessian of 128 ReLU units over 28 steps of 256 trials by PyTorch's double backward,
// graph kept, and prints "float64 100 Hessian-vector products 2.200 s".
#include <cohort/core/matrix.hpp>
#include <cohort/dynamics/fixed_points.hpp>
#include <cohort/dynamics/hessian_products.hpp>
#include <cohort/dynamics/lyapunov.hpp>
#include <cohort/dynamics/network_map.hpp>
#include <cohort/learning/credit_rule.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/as_recurrent.hpp>
#include <cohort/network/initializations.hpp>

#include "benchmark_peer.hpp"
#include "fma_peak.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <map>
#include <memory>

namespace cohort {
namespace {

constexpr Index n_units = 100, n_bits = 3;

/// Seconds of the fastest of some repetitions, on the wall and of this process' own: they differ on a busy machine.
struct Best {
  double wall = std::numeric_limits<double>::infinity(), cpu = wall;

  template <class Work>
  void time(int repetitions, Work&& work) {
    for (int i = 0; i < repetitions; ++i) {
      const auto start = std::chrono::steady_clock::now();
      const std::clock_t cpu_start = std::clock();
      work();
      cpu = std::min(cpu, static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC);
      wall = std::min(wall, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
  }
};

MatrixXd normal_matrix(Index rows, Index cols, std::uint64_t item) {
  RandomStream stream = RandomStream("benchmark", "dynamics", 1).substream(item);
  return MatrixXd::NullaryExpr(rows, cols, [&] { return stream.normal(); });
}

std::unique_ptr<Network<double>> network_of(const std::string& cell) {
  auto network = architectures<double>().make(cell, n_bits, n_bits);
  network->initialize(*initializations().make("gaussian/gain=1.2"), RandomStream("benchmark", cell, 1));
  return network;
}

/// Three orthogonal patterns of ±1, [n_units x 3].
MatrixXd orthogonal_patterns() {
  MatrixXd patterns(n_units, n_bits);
  const double signs[3][4] = {{1, -1, 1, -1}, {1, 1, -1, -1}, {1, -1, -1, 1}};
  for (Index unit = 0; unit < n_units; ++unit)
    for (Index i = 0; i < n_bits; ++i) patterns(unit, i) = signs[i][unit / (n_units / 4)];
  return patterns;
}

void time_map(const std::string& cell, int repetitions) {
  const auto network = network_of(cell);
  const NetworkMap map(as_recurrent(*network), VectorXd::Zero(n_bits));
  const MatrixXd vectors = normal_matrix(map.dimension(), 1024, 2);
  MatrixXd states = normal_matrix(map.dimension(), 1024, 1), out(map.dimension(), 1024);
  const auto other_states = [&] { states(0, 0) = -states(0, 0); };  // what is known of these does not count
  Best step, push, pull_back;
  step.time(20 * repetitions, [&] { other_states(), map.step(states, out); });
  push.time(20 * repetitions, [&] { other_states(), map.push(states, vectors, out); });
  pull_back.time(20 * repetitions, [&] { other_states(), map.pull_back(states, vectors, out); });
  std::printf("%s, 1024 states: step %.2f ms, push %.2f ms, pull_back %.2f ms\n", cell.c_str(), 1e3 * step.cpu,
              1e3 * push.cpu, 1e3 * pull_back.cpu);
}

void print(const char* name, const FixedPoints& found, const Best& best) {
  std::map<Index, int> with_unstable;
  for (const FixedPoint& point : found.points) ++with_unstable[point.stability.n_unstable];
  std::printf("%s, %zu starts: %zu points", name, found.starts.size(), found.points.size());
  for (const auto& [n_unstable, n] : with_unstable) std::printf(", %d with %td unstable", n, n_unstable);
  std::printf("; everything %.3f s, of the processor %.3f s\n", best.wall, best.cpu);
}

/// x <- tanh(W x) with W from the patterns, gain 2: 51 fixed points.
double time_patterns(int repetitions) {
  const auto network = network_of("rate/tau=1,activation=tanh,units=" + std::to_string(n_units));
  const MatrixXd patterns = orthogonal_patterns();
  network->parameters().values.setZero();
  network->parameters().block("W") = 2.0 / n_units * patterns * patterns.transpose();
  RandomStream stream("benchmark", "starts", 1);
  const MatrixXd overlaps = MatrixXd::NullaryExpr(n_bits, 1024, [&] { return 2 * stream.uniform() - 1; });
  const MatrixXd starts = patterns * overlaps + 0.1 * normal_matrix(n_units, 1024, 3);
  FixedPoints found;
  Best best;
  best.time(repetitions,
            [&] { found = find_fixed_points(NetworkMap(as_recurrent(*network), VectorXd::Zero(n_bits)), starts); });
  print("three patterns", found, best);
  return best.wall;
}

/// Pulses of ±1 that set bits, and the bits they set; with the row of ones.
void draw_flip_flop(RandomStream& stream, Index n_trials, Index n_steps, Matrix<float>& inputs, Matrix<float>& bits) {
  inputs = Matrix<float>::Zero(n_bits + 1, n_steps * n_trials);
  inputs.row(n_bits).setOnes();
  bits.resize(n_bits, n_steps * n_trials);
  for (Index trial = 0; trial < n_trials; ++trial)
    for (Index bit = 0; bit < n_bits; ++bit)
      for (Index step = 0; step < n_steps; ++step) {
        const Index column = step * n_trials + trial;
        const bool pulses = step == 0 || stream.uniform() < 0.15;
        if (pulses) inputs(bit, column) = stream.uniform() < 0.5 ? -1.0f : 1.0f;
        bits(bit, column) = pulses ? inputs(bit, column) : bits(bit, column - n_trials);
      }
}

/// A network that has learned to hold three bits: Adam on the squared error, gradients through all of time.
std::unique_ptr<Network<double>> trained_flip_flop(const std::string& cell) {
  constexpr Index n_trials = 64, n_steps = 40;
  constexpr int n_updates = 2000;
  constexpr float rate = 2e-3f, mean_decay = 0.9f, square_decay = 0.999f;
  const auto made = architectures<float>().make(cell, n_bits, n_bits);
  RecurrentNetwork<float>& network = as_recurrent(*made);
  network.initialize(*initializations().make("gaussian/gain=1"), RandomStream("benchmark", "flip-flop", 1));
  RandomStream stream("benchmark", "pulses", 1);
  ParameterSet<float> gradient(network.parameters().layout), mean = gradient, square = gradient;
  Matrix<float> inputs, bits, error;
  for (int update = 1; update <= n_updates; ++update) {
    draw_flip_flop(stream, n_trials, n_steps, inputs, bits);
    error = (network.forward(inputs, n_trials).outputs - bits) / static_cast<float>(bits.size());
    gradient.values.setZero();
    network.backward(inputs, error, network.parameters().block("W_out").transpose(), {}, {}, gradient);
    mean.values = mean_decay * mean.values + (1 - mean_decay) * gradient.values;
    square.values = square_decay * square.values + (1 - square_decay) * gradient.values.cwiseAbs2();
    const float step = rate * std::sqrt(1 - std::pow(square_decay, static_cast<float>(update))) /
                       (1 - std::pow(mean_decay, static_cast<float>(update)));
    network.parameters().values.array() -= step * mean.values.array() / (square.values.array().sqrt() + 1e-8f);
  }
  std::printf("flip-flop trained: mean squared error %.4f\n",
              static_cast<double>((network.forward(inputs, n_trials).outputs - bits).squaredNorm()) /
                  static_cast<double>(bits.size()));
  auto result = network_of(cell);
  result->parameters().values = network.parameters().values.cast<double>();
  return result;
}

void time_flip_flop(const std::string& cell, int repetitions) {
  const auto network = trained_flip_flop(cell);
  RandomStream stream("benchmark", "visits", 1);
  Matrix<float> inputs, bits;
  draw_flip_flop(stream, 1, 1000, inputs, bits);
  const MatrixXd visited = visited_states(as_recurrent(*network), inputs.topRows(n_bits).cast<double>());
  const MatrixXd starts = noisy_starts(visited, 256, 0.1, stream.substream(1));
  FixedPoints found;
  Best best;
  best.time(repetitions,
            [&] { found = find_fixed_points(NetworkMap(as_recurrent(*network), VectorXd::Zero(n_bits)), starts); });
  print(("flip-flop, " + cell).c_str(), found, best);
}

/// x <- tanh(W x) with W normal, gain 3: chaos. All exponents over 2500 steps.
double time_spectrum(int repetitions) {
  constexpr Index n_steps = 2500;
  const auto network = network_of("rate/tau=1,activation=tanh,units=" + std::to_string(n_units));
  network->parameters().values.setZero();
  network->parameters().block("W") = 3 / std::sqrt(static_cast<double>(n_units)) * normal_matrix(n_units, n_units, 4);
  const NetworkMap map(as_recurrent(*network), VectorXd::Zero(n_bits));
  const VectorXd start = normal_matrix(n_units, 1, 5);
  double at_every_step = 0;
  for (const Index steps_per_qr : {1, 2, 5}) {
    LyapunovOptions options;
    options.n_steps = n_steps;
    options.steps_per_qr = steps_per_qr;
    LyapunovSpectrum found;
    Best best;
    best.time(repetitions, [&] { found = lyapunov_spectrum(map, start, options); });
    std::printf(
        "spectrum of %td units, %td steps, QR at every %td: %.3f s, of the processor %.3f s; largest exponent "
        "%.5f ± %.5f, smallest %.5f, dimension %.2f, least share %.0e\n",
        n_units, n_steps, steps_per_qr, best.wall, best.cpu, found.largest(), found.standard_error[0],
        found.exponents.minCoeff(), kaplan_yorke_dimension(found.exponents, n_units), found.least_share);
    if (steps_per_qr == 1) at_every_step = best.wall;
  }
  return at_every_step;
}

/// 100 products of the Hessian over recurrent weights: 128 memoryless ReLU units without self-connections, 28 steps of
/// 28 inputs, 256 trials, cross-entropy of 10 classes at the last step, weight decay.
double time_curvature(int repetitions) {
  constexpr Index units = 128, n_inputs = 28, n_classes = 10;
  const auto network = architectures<double>().make("ctrnn/units=128,tau=1,activation=relu", n_inputs, n_classes);
  network->initialize(*initializations().make("gaussian/gain=1.4142135"), RandomStream("benchmark", "curvature", 1));
  network->parameters().block("W").diagonal().setZero();
  TrialBatch<double> trials;
  trials.n_trials = 256, trials.n_steps = 28;
  RandomStream stream("benchmark", "images", 1);
  trials.inputs = MatrixXd::NullaryExpr(n_inputs + 1, trials.n_columns(), [&] { return stream.uniform(); });
  trials.inputs.row(n_inputs).setOnes();
  trials.mask = MatrixXd::Zero(1, trials.n_columns());
  trials.mask.rightCols(trials.n_trials).setOnes();
  for (Index column = 0; column < trials.n_columns(); ++column)
    trials.classes.push_back(static_cast<int>(stream.integer(static_cast<std::uint64_t>(n_classes))));
  CreditRule<double> exact({});
  exact.begin(as_recurrent(*network), stream);
  TrainingOptions options = TrialLoss::without_regularizers();
  options.l2 = 1e-2;
  TrialLoss loss(*network, exact, LossKind::cross_entropy, trials, options);
  HessianProducts products(loss, network->parameters().values, ParameterSubset(network->parameters().layout, "W"));
  VectorXd v = normal_matrix(products.size(), 1, 6).normalized();
  double eigenvalue = 0;
  Best best;
  best.time(repetitions, [&] {
    for (int i = 0; i < 100; ++i) {
      v = products.multiply_roughly(v);
      eigenvalue = v.norm();
      v /= eigenvalue;
    }
  });
  // A gradient is what a product costs: three products of W and three of W_in per step and trial.
  const double flops = 100.0 * 3 * 2 * units * (units + n_inputs) * static_cast<double>(trials.n_columns());
  const VectorXd well = products.multiply(v), roughly = products.multiply_roughly(v);
  std::printf(
      "100 Hessian-vector products of %td units, float64: %.3f s, of the processor %.3f s, %.0f %% of the peak of "
      "fused multiply-adds (%.0f GFLOP/s) for the products made; %.0e off products from both sides; eigenvalue %.6f\n",
      units, best.wall, best.cpu, 100 * flops / best.wall / fma_peak<double>(), fma_peak<double>() / 1e9,
      (well - roughly).norm() / well.norm(), v.dot(well));
  return best.wall;
}

/// The number behind `word` in a line of what the script prints.
double peer_seconds(const std::string& script, const std::string& word, const std::string& arguments) {
  for (const std::string& line : peer_lines(script, arguments)) {
    const char* found = std::strstr(line.c_str(), word.c_str());
    double seconds = 0;
    if (found && std::sscanf(found + word.size(), "%lf s", &seconds) == 1) return seconds;
  }
  throw UserError(script + " printed no time", "", "It must print a line with: " + word + " 5.00 s");
}

/// The script that follows `option` on the command line; empty for none.
std::string script_of(int argc, char** argv, const char* option) {
  for (int i = 1; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], option) == 0) return argv[i + 1];
  return "";
}

}  // namespace
}  // namespace cohort

int main(int argc, char** argv) {
  try {
    const std::string points = cohort::script_of(argc, argv, "--peer");
    const std::string spectra = cohort::script_of(argc, argv, "--lyapunov");
    const std::string curvature = cohort::script_of(argc, argv, "--curvature");
    const int last = argc > 1 ? std::atoi(argv[argc - 1]) : 0, repetitions = last > 0 ? last : 3;
    for (const char* cell :
         {"rate/tau=1,units=100", "ctrnn/activation=tanh,units=100", "gru/units=100", "lstm/units=100"})
      cohort::time_map(cell, repetitions);
    const std::string size = std::to_string(cohort::n_units);
    const double spectrum = cohort::time_spectrum(repetitions);
    if (!spectra.empty())
      std::printf("peer ÷ this: %.1f\n", cohort::peer_seconds(spectra, "spectrum", size + " 2500") / spectrum);
    const double products = cohort::time_curvature(repetitions);
    if (!curvature.empty())
      std::printf("peer ÷ this: %.2f\n",
                  cohort::peer_seconds(curvature, "float64 100 Hessian-vector products", "") / products);
    const double patterns = cohort::time_patterns(repetitions);
    if (!points.empty())
      std::printf("peer ÷ this: %.1f\n", cohort::peer_seconds(points, "everything", size) / patterns);
    cohort::time_flip_flop("rate/activation=tanh,tau=3,units=100", repetitions);
    cohort::time_flip_flop("gru/units=64", repetitions);
  } catch (const cohort::UserError& error) {
    std::fprintf(stderr, "benchmark_dynamics: %s\n", error.what());
    return 2;
  }
  return 0;
}
