#include <cohort/analysis/fixed_point_row.hpp>

#include <cohort/dynamics/topology.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace cohort {
namespace {

/// Codes of /dynamics/kind, /dynamics/stability and /dynamics/search; never renumber them.
enum class PointKind : std::uint8_t { none = 0, fixed_point = 1, slow_point = 2 };
enum class StabilityKind : std::uint8_t { unknown = 0, stable = 1, unstable = 2, marginal = 3 };
enum class SearchKind : std::uint8_t { unknown = 0, all_converged = 1, some_converged = 2, nothing_found = 3 };

/// In the order of the blocks of an item.
enum Block {
  n_fixed_points,
  n_slow_points,
  n_cycles,
  search,
  kind,
  fixed_points,
  speed,
  n_starts,
  n_unstable,
  stability,
  eigenvalues_real,
  eigenvalues_imag,
  start_status,
  unseen_share,
  points_by_unstable,
  cycles_by_period,
  continuum_dimension,
  slow_dimension_of_context,
  n_marginal,
  n_slow_modes,
  slowest,
  point_count,
  stable_count,
  saddle_count,
  cycle_count,
  slow_dimension,
  log_time_constant,
  n_always  ///< blocks of every study; then `leads_to` and those of modes, as far as asked for
};

/// Among the blocks of modes.
enum ModeBlock { time_constant_ms, right_real, right_imag, left_real, left_imag, by_input };

RunLevelAnalysis::Column column(const char* name, ValueType type, std::vector<std::string> dimensions,
                                const char* long_name, std::vector<std::string> flags = {}, const char* units = "1") {
  return {std::string("/dynamics/") + name, type, std::move(dimensions), units, long_name, std::move(flags)};
}

std::vector<RunLevelAnalysis::Column> columns_of_points() {
  const auto f64 = ValueType::f64;
  const auto i32 = ValueType::i32;
  const auto u8 = ValueType::u8;
  return {column("n_fixed_points", i32, {"context"}, "fixed points found; may exceed the room of the file"),
          column("n_slow_points", i32, {"context"}, "slow points found"),
          column("n_cycles", i32, {"context"}, "cycles of period 2 or more found"),
          column("search", u8, {"context"}, "whether the starts came to a point, a slow point or a cycle",
                 {"unknown", "all_converged", "some_converged", "nothing_found"}),
          column("kind", u8, {"context", "point"}, "what the point is", {"none", "fixed_point", "slow_point"}),
          column("fixed_points", f64, {"context", "point", "state"}, "state of the point, NaN-padded"),
          column("speed", f64, {"context", "point"}, "q = ½ |x - F(x)|² at the point"),
          column("n_starts", i32, {"context", "point"}, "starts that ended at the point"),
          column("n_unstable", i32, {"context", "point"}, "eigenvalues of modulus above 1"),
          column("stability", u8, {"context", "point"}, "stability of the point",
                 {"unknown", "stable", "unstable", "marginal"}),
          column("eigenvalues_real", f64, {"context", "point", "state"},
                 "eigenvalues of the Jacobian by decreasing modulus, real part"),
          column("eigenvalues_imag", f64, {"context", "point", "state"},
                 "eigenvalues of the Jacobian by decreasing modulus, imaginary part"),
          column("start_status", u8, {"context", "start"}, "how each search ended",
                 {"not_converged", "converged", "slow_point", "outlier", "cycle"}),
          column("unseen_share", f64, {"context"},
                 "share of starts that would end at points not found yet (Good and Turing): of those that ended alone"),
          column("points_by_unstable", i32, {"context", "unstable_dimension"},
                 "fixed points by the number of their unstable dimensions, the last: or more"),
          column("cycles_by_period", i32, {"context", "period"}, "cycles by their period, the last: or more"),
          column("continuum_dimension", i32, {"context"},
                 "most eigenvalues 1 at a fixed point: 1 on a line of them, 0 where all are isolated"),
          column("slow_modes", i32, {"context"}, "most slow modes at a fixed point: dimension of the slow manifold"),
          column("n_marginal", i32, {"context", "point"}, "eigenvalues of modulus 1"),
          column("n_slow_modes", i32, {"context", "point"}, "modes with a time constant of at least slow_ms"),
          column("slowest_ms", f64, {"context", "point"}, "longest time constant of the point's modes, dt / |log|l||",
                 {}, "ms")};
}

/// One of each network: what the factors may explain, see run_scalars.
std::vector<RunLevelAnalysis::Column> columns_of_networks() {
  const auto f64 = ValueType::f64;
  return {column("point_count", f64, {}, "fixed points, over all contexts"),
          column("stable_count", f64, {}, "stable ones of them"),
          column("saddle_count", f64, {}, "unstable ones of them"),
          column("cycle_count", f64, {}, "cycles, over all contexts"),
          column("slow_dimension", f64, {}, "most slow modes at a fixed point of any context"),
          column("log_time_constant", f64, {},
                 "log10 of the longest time constant in ms at a fixed point of any context, at most dt / 1e-6")};
}

std::vector<RunLevelAnalysis::Column> columns_of_modes() {
  const auto f64 = ValueType::f64;
  const std::vector<std::string> of_mode{"context", "point", "mode", "state"};
  return {column("time_constant_ms", f64, {"context", "point", "mode"},
                 "time constant of the mode, dt / |log|l||; infinite at |l| = 1", {}, "ms"),
          column("right_real", f64, of_mode, "right eigenvector of length 1, its largest entry real: real part"),
          column("right_imag", f64, of_mode, "right eigenvector: imaginary part"),
          column("left_real", f64, of_mode, "left eigenvector, a row of the inverse of the right ones: real part"),
          column("left_imag", f64, of_mode, "left eigenvector: imaginary part"),
          column("input_derivative", f64, {"context", "point", "state", "input"}, "dF/du of a step at the point")};
}

/// What the point is to its neighbourhood.
StabilityKind kind_of(const Stability& stability) {
  if (stability.n_unstable > 0) return StabilityKind::unstable;
  return stability.n_marginal > 0 ? StabilityKind::marginal : StabilityKind::stable;
}

SearchKind kind_of(const FixedPoints& found) {
  const auto n_lost = std::ranges::count(found.starts, StartStatus::not_converged, &StartOutcome::status);
  if (n_lost == 0) return SearchKind::all_converged;
  const bool is_empty = found.points.empty() && found.slow_points.empty() && found.cycles.empty();
  return is_empty ? SearchKind::nothing_found : SearchKind::some_converged;
}

}  // namespace

std::vector<RunLevelAnalysis::Column> fixed_point_columns(bool has_modes, bool has_graph) {
  std::vector<RunLevelAnalysis::Column> columns = columns_of_points();
  const auto add = [&](std::vector<RunLevelAnalysis::Column> more) {
    columns.insert(columns.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  add(columns_of_networks());
  if (has_graph)
    add({column(
        "leads_to", ValueType::i32, {"context", "point", "direction", "side"},
        "attractor to which an unstable direction of the point leads: number of a point; -2 - number of a cycle; "
        "-1: none that was found")});
  if (has_modes) add(columns_of_modes());
  return columns;
}

std::size_t FixedPointRoom::size_of(const std::string& dimension) const {
  const std::map<std::string, std::size_t> sizes{{"context", n_contexts},     {"point", n_points},
                                                 {"state", n_states},         {"start", n_starts},
                                                 {"period", n_periods},       {"unstable_dimension", n_unstable},
                                                 {"direction", n_directions}, {"side", 2},
                                                 {"mode", n_modes},           {"input", n_inputs}};
  return sizes.at(dimension);
}

ItemValues fixed_point_values(const FixedPointRoom& room) {
  std::vector<BlockPlace> places;
  for (const RunLevelAnalysis::Column& one : fixed_point_columns(room.n_modes > 0, room.has_graph)) {
    BlockPlace place{one.path, one.type, {}, {}};
    for (const std::string& dimension : one.dimensions) {
      place.start.push_back(0);
      place.count.push_back(room.size_of(dimension));
    }
    places.push_back(std::move(place));
  }
  ItemValues values(std::move(places));
  values.set_missing();
  return values;
}

FixedPointRow::FixedPointRow(ItemValues& values, const FixedPointRoom& room, double dt_ms, double slow_ms)
    : values_(values), room_(room), dt_ms_(dt_ms), slow_ms_(slow_ms) {}

void FixedPointRow::put(std::size_t context, const FixedPoints& found) {
  count(n_fixed_points, context, found.points.size());
  count(n_slow_points, context, found.slow_points.size());
  count(n_cycles, context, found.cycles.size());
  values_.block<std::uint8_t>(search)[context] = static_cast<std::uint8_t>(kind_of(found));
  std::size_t position = context * room_.n_points;
  const std::size_t end = position + room_.n_points;
  for (const auto* list : {&found.points, &found.slow_points})
    for (const FixedPoint& point : *list)
      if (position < end) put_point(position++, point, list == &found.points);
  for (std::size_t start = 0; start < found.starts.size(); ++start)
    values_.block<std::uint8_t>(start_status)[context * room_.n_starts + start] =
        static_cast<std::uint8_t>(found.starts[start].status);
  put_topology(context, found);
}

void FixedPointRow::put_topology(std::size_t context, const FixedPoints& found) {
  const Topology topology = topology_of(found, FixedPointRoom::n_unstable, FixedPointRoom::n_periods);
  values_.block<double>(unseen_share)[context] = topology.unseen_share;
  count(continuum_dimension, context, static_cast<std::size_t>(topology.continuum_dimension));
  for (std::size_t i = 0; i < FixedPointRoom::n_unstable; ++i)
    count(points_by_unstable, context * FixedPointRoom::n_unstable + i,
          static_cast<std::size_t>(topology.points_by_unstable[i]));
  for (std::size_t i = 0; i < FixedPointRoom::n_periods; ++i)
    count(cycles_by_period, context * FixedPointRoom::n_periods + i,
          static_cast<std::size_t>(topology.cycles_by_period[i]));
  Index most_slow = 0;
  for (const FixedPoint& point : found.points) {
    most_slow = std::max(most_slow, n_slow(point.stability, dt_ms_, slow_ms_));
    n_stable_ += point.stability.is_stable();
    n_saddles_ += point.stability.n_unstable > 0;
    longest_ms_ = std::max(longest_ms_, longest_time_constant(point.stability, dt_ms_));
  }
  count(slow_dimension_of_context, context, static_cast<std::size_t>(most_slow));
  most_slow_modes_ = std::max(most_slow_modes_, static_cast<double>(most_slow));
  n_points_ += static_cast<double>(found.points.size());
  n_cycles_ += static_cast<double>(found.cycles.size());
}

void FixedPointRow::put_point(std::size_t index, const FixedPoint& point, bool is_fixed) {
  values_.block<std::uint8_t>(kind)[index] =
      static_cast<std::uint8_t>(is_fixed ? PointKind::fixed_point : PointKind::slow_point);
  values_.block<double>(speed)[index] = point.q;
  count(n_starts, index, static_cast<std::size_t>(point.n_starts));
  count(n_unstable, index, static_cast<std::size_t>(point.stability.n_unstable));
  count(n_marginal, index, static_cast<std::size_t>(point.stability.n_marginal));
  count(n_slow_modes, index, static_cast<std::size_t>(n_slow(point.stability, dt_ms_, slow_ms_)));
  values_.block<double>(slowest)[index] = longest_time_constant(point.stability, dt_ms_);
  values_.block<std::uint8_t>(stability)[index] = static_cast<std::uint8_t>(kind_of(point.stability));
  put_states(fixed_points, index, point.state);
  put_states(eigenvalues_real, index, point.stability.eigenvalues.real());
  put_states(eigenvalues_imag, index, point.stability.eigenvalues.imag());
}

void FixedPointRow::put_modes(std::size_t context, std::size_t point, const Modes& modes, const MatrixXd& derivatives) {
  const std::size_t index = context * room_.n_points + point, first = n_always + (room_.has_graph ? 1 : 0);
  const auto n = static_cast<Index>(std::min(room_.n_modes, static_cast<std::size_t>(modes.eigenvalues.size())));
  for (Index mode = 0; mode < n; ++mode) {
    const std::size_t place = index * room_.n_modes + static_cast<std::size_t>(mode);
    values_.block<double>(first + time_constant_ms)[place] = time_constant(modes.eigenvalues[mode], dt_ms_);
    put_states(first + right_real, place, modes.right.col(mode).real());
    put_states(first + right_imag, place, modes.right.col(mode).imag());
    put_states(first + left_real, place, modes.left.row(mode).transpose().real());
    put_states(first + left_imag, place, modes.left.row(mode).transpose().imag());
  }
  for (Index state = 0; state < derivatives.rows(); ++state)
    for (Index input = 0; input < derivatives.cols(); ++input)
      values_.block<double>(first +
                            by_input)[(index * room_.n_states + static_cast<std::size_t>(state)) * room_.n_inputs +
                                      static_cast<std::size_t>(input)] = derivatives(state, input);
}

void FixedPointRow::put_departures(std::size_t context, const std::vector<Departure>& departures) {
  const auto leads_to = values_.block<std::int32_t>(n_always);
  for (const Departure& one : departures) {
    const auto point = static_cast<std::size_t>(one.point), direction = static_cast<std::size_t>(one.direction);
    if (point >= room_.n_points) continue;
    const std::size_t place = ((context * room_.n_points + point) * FixedPointRoom::n_directions + direction) * 2 +
                              static_cast<std::size_t>(one.side);
    leads_to[place] = one.to_cycle >= 0 ? -2 - one.to_cycle : one.to_point;
  }
}

void FixedPointRow::put_totals() {
  const auto put = [&](Block block, double value) { values_.block<double>(block)[0] = value; };
  put(point_count, n_points_);
  put(stable_count, n_stable_);
  put(saddle_count, n_saddles_);
  put(cycle_count, n_cycles_);
  if (n_points_ == 0) return;  // what is not there has no modes
  put(slow_dimension, most_slow_modes_);
  put(log_time_constant, std::log10(std::min(longest_ms_, dt_ms_ / Stability::margin)));
}

void FixedPointRow::put_states(std::size_t block, std::size_t index, const VectorXd& states) {
  std::copy(states.begin(), states.end(),
            values_.block<double>(block).begin() + static_cast<std::ptrdiff_t>(index * room_.n_states));
}

void FixedPointRow::count(std::size_t block, std::size_t index, std::size_t value) {
  values_.block<std::int32_t>(block)[index] = static_cast<std::int32_t>(value);
}

}  // namespace cohort
