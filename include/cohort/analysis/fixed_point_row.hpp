#pragma once

#include <cohort/analysis/item_values.hpp>
#include <cohort/analysis/run_level_analysis.hpp>
#include <cohort/dynamics/departures.hpp>
#include <cohort/dynamics/fixed_points.hpp>
#include <cohort/dynamics/modes.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// Sizes of what is stored of the fixed points of one network.
struct FixedPointRoom {
  /// Entries of a network's signature: up to so many unstable dimensions and steps of a period, and more in the last.
  static constexpr std::size_t n_unstable = 9, n_periods = 9;

  /// Unstable directions of a point that are followed, each to both sides.
  static constexpr std::size_t n_directions = 8;

  std::size_t n_contexts = 0, n_points = 0, n_states = 0, n_starts = 0;
  std::size_t n_modes = 0;  ///< of each point; 0: neither modes nor derivatives by the input
  std::size_t n_inputs = 0;
  bool has_graph = false;  ///< where unstable directions lead

  /// Of a dimension by its name: "context", "point", "state", "start", "unstable_dimension", "period", "mode",
  /// "input", "direction", "side".
  std::size_t size_of(const std::string& dimension) const;
};

/// The datasets of /dynamics that hold fixed points, in the order of the blocks of an item.
std::vector<RunLevelAnalysis::Column> fixed_point_columns(bool has_modes, bool has_graph);

/// Blocks of these datasets for one network outside of a results file, without the dimensions of runs and levels;
/// nothing is found yet.
ItemValues fixed_point_values(const FixedPointRoom& room);

/// What was found in the contexts of one network, laid into the blocks of an item.
class FixedPointRow {
 public:
  /// Steps of the network take `dt_ms`; a mode whose time constant is at least `slow_ms` is slow.
  FixedPointRow(ItemValues& values, const FixedPointRoom& room, double dt_ms, double slow_ms);

  void put(std::size_t context, const FixedPoints& found);
  /// Modes of point number `point` of the context, and its derivatives by the input [n_states x n_inputs].
  void put_modes(std::size_t context, std::size_t point, const Modes& modes, const MatrixXd& by_input);
  /// Where the unstable directions of the context's points lead.
  void put_departures(std::size_t context, const std::vector<Departure>& departures);
  /// The numbers of the whole network, after all contexts.
  void put_totals();

 private:
  void put_point(std::size_t index, const FixedPoint& point, bool is_fixed);
  void put_topology(std::size_t context, const FixedPoints& found);
  void put_states(std::size_t block, std::size_t index, const VectorXd& states);
  void count(std::size_t block, std::size_t index, std::size_t value);

  ItemValues& values_;
  FixedPointRoom room_;
  double dt_ms_, slow_ms_;
  double n_points_ = 0, n_stable_ = 0, n_saddles_ = 0, n_cycles_ = 0;
  double most_slow_modes_ = 0, longest_ms_ = 0;
};

}  // namespace cohort
