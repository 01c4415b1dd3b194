#include "commands.hpp"

#include <cohort/analysis/fixed_point_row.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/dynamics/network_file.hpp>
#include <cohort/dynamics/network_map.hpp>
#include <cohort/dynamics/topology.hpp>
#include <cohort/network/as_recurrent.hpp>
#include <cohort/recordings/npz_file.hpp>
#include <cohort/report/text_table.hpp>
#include <cohort/store/value_types.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cohort::app {
namespace {

struct Arguments {
  std::string network, cell, starts_file, output;
  std::vector<std::string> inputs{};  ///< one constant input each: numbers with commas
  Index n_starts = 256, n_modes = 0, n_shown = 30;
  bool has_graph = false;
  double spread = 1, noise = 0.1, dt_ms = 1, slow_ms = 0;
  std::uint64_t seed = 1;
};

VectorXd input_of(const std::string& text, Index n_inputs) {
  std::vector<double> numbers;
  for (const char* at = text.c_str(); *at != '\0';) {
    char* end = nullptr;
    numbers.push_back(std::strtod(at, &end));
    if (end == at || !std::isfinite(numbers.back()) || (*end != ',' && *end != '\0'))
      throw UserError(fmt::format("--input {} is no list of numbers", text), "", "Write --input 0,0,1.");
    at = *end == ',' ? end + 1 : end;
  }
  if (static_cast<Index>(numbers.size()) != n_inputs)
    throw UserError(fmt::format("--input {} has {} numbers", text, numbers.size()),
                    fmt::format("the network has {} inputs", n_inputs));
  return Eigen::Map<const VectorXd>(numbers.data(), n_inputs);
}

/// The constant inputs, zero where none is given.
std::vector<VectorXd> inputs_of(const Arguments& arguments, Index n_inputs) {
  std::vector<VectorXd> inputs;
  for (const std::string& text : arguments.inputs) inputs.push_back(input_of(text, n_inputs));
  if (inputs.empty()) inputs.push_back(VectorXd::Zero(n_inputs));
  return inputs;
}

/// The user's own starts, [dimension x n]; as columns of states in the file's rows.
MatrixXd starts_in(const std::string& path, Index dimension) {
  const NpyArray array = read_npy(path);
  if (array.shape.size() != 2 || static_cast<Index>(array.shape[1]) != dimension || array.shape[0] == 0)
    throw UserError(fmt::format("has the shape ({})", fmt::join(array.shape, ", ")),
                    fmt::format("starts x {} state variables are needed", dimension), "", {path});
  MatrixXd starts = Eigen::Map<const MatrixXd>(array.values.data(), dimension, static_cast<Index>(array.shape[0]));
  if (!starts.allFinite()) throw UserError("holds a NaN or an infinity", "starts must be finite", "", {path});
  return starts;
}

MatrixXd starts_of(const Arguments& arguments, const NetworkMap& map, std::size_t context) {
  if (!arguments.starts_file.empty()) return starts_in(arguments.starts_file, map.dimension());
  const RandomStream stream = RandomStream("fixed points of a file", "", arguments.seed).substream(context);
  const MatrixXd visited = wandering_states(map, arguments.spread, stream.substream(0));
  if (visited.cols() == 0) throw UserError("no state is finite", "every start leaves the range of numbers at once");
  const VectorXd mean = visited.rowwise().mean();
  const double deviation = std::sqrt((visited.colwise() - mean).squaredNorm() / static_cast<double>(visited.size()));
  return noisy_starts(visited, arguments.n_starts, arguments.noise * deviation, stream.substream(1));
}

/// "8 stable, 12 with 1 unstable direction".
std::string signature(const FixedPoints& found) {
  const Topology topology = topology_of(found, FixedPointRoom::n_unstable, FixedPointRoom::n_periods);
  std::vector<std::string> parts;
  for (std::size_t n = 0; n < topology.points_by_unstable.size(); ++n)
    if (const int points = topology.points_by_unstable[n]; points > 0)
      parts.push_back(n == 0 ? fmt::format("{} without unstable directions", points)
                             : fmt::format("{} with {} unstable", points, n));
  for (std::size_t period = 2; period < topology.cycles_by_period.size(); ++period)
    if (const int cycles = topology.cycles_by_period[period]; cycles > 0)
      parts.push_back(fmt::format("{} cycle{} of period {}", cycles, cycles == 1 ? "" : "s", period));
  if (topology.continuum_dimension > 0)
    parts.push_back(fmt::format("a continuum of dimension {}", topology.continuum_dimension));
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string ends_of(const FixedPoints& found) {
  const std::pair<StartStatus, const char*> kinds[] = {{StartStatus::converged, "at a fixed point"},
                                                       {StartStatus::slow_point, "at a slow point"},
                                                       {StartStatus::cycle, "on a cycle"},
                                                       {StartStatus::outlier, "at outliers"},
                                                       {StartStatus::not_converged, "did not converge"}};
  std::vector<std::string> parts;
  for (const auto& [status, words] : kinds)
    if (const auto n = std::ranges::count(found.starts, status, &StartOutcome::status); n > 0)
      parts.push_back(fmt::format("{} {}", n, words));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string eigenvalue_text(std::complex<double> value) {
  if (value.imag() == 0) return fmt::format("{:.4g}", value.real());
  return fmt::format("{:.4g}{:+.4g}i", value.real(), value.imag());
}

TextRow row_of(std::size_t number, const char* kind, const FixedPoint& point, double dt_ms) {
  const Stability& stability = point.stability;
  return {fmt::format("{}", number),
          kind,
          stability.is_stable()      ? "stable"
          : stability.n_unstable > 0 ? "unstable"
                                     : "marginal",
          fmt::format("{}", stability.n_unstable),
          stability.eigenvalues.size() > 0 ? eigenvalue_text(stability.eigenvalues[0]) : "-",
          fmt::format("{:.4g}", longest_time_constant(stability, dt_ms)),
          fmt::format("{}", point.n_starts),
          fmt::format("{:.1e}", point.q)};
}

/// "3 2: to 0 and 5": where both sides of each unstable direction of a point lead.
void print_graph(const std::vector<Departure>& graph) {
  const auto end = [](const Departure& one) {
    if (one.to_cycle >= 0) return fmt::format("cycle {}", one.to_cycle);
    return one.to_point >= 0 ? fmt::format("{}", one.to_point) : std::string("nothing found");
  };
  std::vector<TextRow> rows{{"point", "direction", "leads to", "and to"}};
  for (std::size_t i = 0; i + 1 < graph.size(); i += 2)
    rows.push_back(
        {fmt::format("{}", graph[i].point), fmt::format("{}", graph[i].direction), end(graph[i]), end(graph[i + 1])});
  if (rows.size() > 1) fmt::print("{}", text_table(rows));
}

void print(const Arguments& arguments, const VectorXd& input, const FixedPoints& found) {
  fmt::print("\ninput {}: {}\n", fmt::join(input.begin(), input.end(), ","), signature(found));
  const double unseen = topology_of(found, 2, 3).unseen_share;
  fmt::print("{} starts: {}{}\n", found.starts.size(), ends_of(found),
             std::isnan(unseen) ? "" : fmt::format("; share that would end at points not found yet {:.2g}", unseen));
  std::vector<TextRow> rows{{"point", "kind", "stability", "unstable", "leading", "slowest ms", "starts", "speed"}};
  std::size_t number = 0;
  for (const auto* list : {&found.points, &found.slow_points})
    for (const FixedPoint& point : *list)
      rows.push_back(row_of(number++, list == &found.points ? "fixed" : "slow", point, arguments.dt_ms));
  const auto n_shown = static_cast<std::size_t>(arguments.n_shown);
  if (rows.size() > n_shown + 1) rows.resize(n_shown + 1);
  if (rows.size() > 1) fmt::print("{}", text_table(rows));
  if (number > n_shown) fmt::print("... and {} more: --show {}\n", number - n_shown, number);
}

/// Modes and derivatives of the points, as a study stores them.
void put_modes(NetworkMap& map, const VectorXd& input, const FixedPoints& found, std::size_t context,
               FixedPointRow& row) {
  MatrixXd jacobian(map.dimension(), map.dimension());
  std::size_t index = 0;
  for (const auto* list : {&found.points, &found.slow_points})
    for (const FixedPoint& point : *list) {
      map.jacobian(point.state, jacobian);
      row.put_modes(context, index++, modes_of(jacobian), input_derivatives(map, point.state, input));
    }
}

/// What was found and under which inputs, by the names that a study has for it in /dynamics.
void write(const std::string& path, const std::vector<VectorXd>& inputs, ItemValues& values) {
  std::vector<std::pair<std::string, NpyArray>> arrays;
  for (std::size_t place = 0; place < values.places().size(); ++place) {
    const BlockPlace& where = values.places()[place];
    NpyArray array{where.count, {}};
    with_value_of(where.type, [&](auto zero) {
      for (const auto value : values.block<decltype(zero)>(place)) array.values.push_back(static_cast<double>(value));
    });
    arrays.emplace_back(where.dataset.substr(where.dataset.rfind('/') + 1), std::move(array));
  }
  NpyArray given{{inputs.size(), static_cast<std::size_t>(inputs.front().size())}, {}};
  for (const VectorXd& input : inputs) given.values.insert(given.values.end(), input.begin(), input.end());
  arrays.emplace_back("context_input", std::move(given));
  write_npz(path, arrays);
}

/// Throws UserError before any work when nothing can be written there.
void check_output(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code unknown;
  if (!folder.empty() && !std::filesystem::is_directory(folder, unknown))
    throw UserError("cannot be written", "there is no such folder", "", {path});
}

int find(const Arguments& arguments) {
  check_output(arguments.output);
  const ReadNetwork read = read_network(arguments.network, arguments.cell);
  const RecurrentNetwork<double>& network = as_recurrent(*read.network);
  const std::vector<VectorXd> inputs = inputs_of(arguments, network.n_inputs());
  fmt::print("{}: {} of {} units, read {}{}\n", arguments.network, arguments.cell, network.n_units(),
             fmt::join(read.read, ", "),
             read.left_zero.empty() ? "" : fmt::format("; zero, not in the file: {}", fmt::join(read.left_zero, ", ")));
  std::vector<FixedPoints> found;
  std::vector<std::vector<Departure>> graphs;
  std::size_t n_points = 1, n_starts = 1;
  for (std::size_t context = 0; context < inputs.size(); ++context) {
    const NetworkMap map(network, inputs[context]);
    found.push_back(find_fixed_points(map, starts_of(arguments, map, context)));
    n_points = std::max(n_points, found.back().points.size() + found.back().slow_points.size());
    n_starts = std::max(n_starts, found.back().starts.size());
    print(arguments, inputs[context], found.back());
    if (!arguments.has_graph) continue;
    graphs.push_back(departures_of(map, found.back(), static_cast<Index>(FixedPointRoom::n_directions)));
    print_graph(graphs.back());
  }
  if (arguments.output.empty()) return kAllDone;
  const FixedPointRoom room{inputs.size(),
                            n_points,
                            static_cast<std::size_t>(network.cell().n_states()),
                            n_starts,
                            static_cast<std::size_t>(arguments.n_modes),
                            static_cast<std::size_t>(network.n_inputs()),
                            arguments.has_graph};
  ItemValues values = fixed_point_values(room);
  FixedPointRow row(values, room, arguments.dt_ms, arguments.slow_ms > 0 ? arguments.slow_ms : 100 * arguments.dt_ms);
  for (std::size_t context = 0; context < inputs.size(); ++context) {
    row.put(context, found[context]);
    if (arguments.has_graph) row.put_departures(context, graphs[context]);
    NetworkMap map(network, inputs[context]);
    if (arguments.n_modes > 0) put_modes(map, inputs[context], found[context], context, row);
  }
  row.put_totals();
  write(arguments.output, inputs, values);
  fmt::print("\n{}: written\n", arguments.output);
  return kAllDone;
}

}  // namespace

Command add_fixed_points(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(
      program, {"fixed-points",
                "fixed points, slow points and cycles of a network that was trained elsewhere",
                {"cohort fixed-points network.npz --cell ctrnn/units=100,tau=10 --input 0,0,1",
                 "cohort fixed-points gru.npz --cell gru/units=64 --starts states.npy -o points.npz --modes 5"},
                {{kAllDone, "the search is done, whatever it found"}}});
  words->add_option("NETWORK", arguments->network, ".npz, folder of .npy, or HDF5 file with its weights by name")
      ->required();
  words->add_option("--cell", arguments->cell, "its cell, see `cohort list architectures`")->required();
  words->add_option("--input", arguments->inputs, "constant input, numbers with commas; once for each, zeros without");
  words->add_option("--starts", arguments->starts_file, "own starts: .npy, starts x state variables");
  words->add_option("--n-starts", arguments->n_starts, "searches for each input")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  words
      ->add_option("--spread", arguments->spread,
                   "standard deviation of the states from which the network runs to starts")
      ->check(CLI::Range(0.0, 1e9))
      ->capture_default_str();
  words->add_option("--noise", arguments->noise, "noise on starts, in standard deviations of these states")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  words->add_option("--seed", arguments->seed, "of the starts")->capture_default_str();
  words->add_option("--dt", arguments->dt_ms, "duration of a step in ms, for time constants")
      ->check(CLI::Range(1e-12, 1e12))
      ->capture_default_str();
  words->add_option("--slow", arguments->slow_ms, "modes that last so many ms are slow; 0: 100 steps")
      ->check(CLI::Range(0.0, 1e12))
      ->capture_default_str();
  words->add_option("--show", arguments->n_shown, "points to print for each input")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  words->add_flag("--graph", arguments->has_graph, "follow unstable directions to the attractors that they lead to");
  words->add_option("--modes", arguments->n_modes, "leading modes of each point to write, with dF/du")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  words->add_option("-o,--output", arguments->output, ".npz to write: the datasets of /dynamics of a study");
  return {words, [arguments] { return find(*arguments); }};
}

}  // namespace cohort::app
