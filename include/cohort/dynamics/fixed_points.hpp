#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/core/stop_request.hpp>
#include <cohort/dynamics/dynamical_map.hpp>
#include <cohort/dynamics/stability.hpp>

#include <cstdint>
#include <vector>

namespace cohort {

/// Raised when the search finds other points, or the same ones with other bits.
inline constexpr int fixed_points_version = 2;

/// What became of one start. The numbers are written to the results file; never renumber them.
enum class StartStatus : std::uint8_t {
  not_converged = 0,  ///< the search stopped at a state that moves: nothing is reported there
  converged = 1,      ///< it reached a fixed point
  slow_point = 2,     ///< it stopped at a minimum of the speed that is slow but not fixed
  outlier = 3,        ///< it reached a fixed point far from every start, where the network never goes
  cycle = 4           ///< the search found nothing, and the free-running network ends on a cycle
};

/// Thresholds on the speed are on q = ½ |x − F(x)|², in squared units of the state.
struct FixedPointOptions {
  int basin_steps = 500;         ///< budget of the gradient search of each start
  double basin_q = 1e-8;         ///< the gradient search hands over to Newton's method below this
  int newton_steps = 60;         ///< budget of Newton's method of each start
  int second_chance_steps = 30;  ///< budget of plain Newton steps of a start that these two brought nowhere
  double fixed_q = 1e-20;        ///< a state slower than this is a fixed point
  double slow_q = 1e-8;          ///< a state where the search ends is a slow point below this
  double merge_distance = 1e-3;  ///< points closer than this are one
  double outlier_factor = 10;    ///< see find_fixed_points
  int settling_steps = 1000;     ///< steps the network runs freely, at most, to come to a cycle; 0: do not look
  int max_period = 8;            ///< longest cycle looked for
};

/// A fixed or slow point; several starts may have ended there.
struct FixedPoint {
  VectorXd state;  ///< [dimension]: of the merged end states the one with the lowest q
  double q = 0;
  int n_starts = 0;
  double extent = 0;  ///< largest distance of a merged end state from `state`; above merge_distance: a continuum
  Stability stability;
};

/// A cycle of the free-running map, of period 2 or more.
struct Cycle {
  MatrixXd states;  ///< [dimension x period], in the order they are visited
  double q = 0;     ///< ½ |x − F^period(x)|² at the first of them
  int n_starts = 0;
  Stability stability;  ///< of the return map F^period (Floquet multipliers)
};

struct StartOutcome {
  StartStatus status = StartStatus::not_converged;
  double q = 0;    ///< where the search ended
  int point = -1;  ///< index into `points` (converged) or `slow_points` (slow_point), else -1
  int period = 0;  ///< of the free-running map from this start: 1 at rest, 2.. on a cycle, 0 neither after settling
  int cycle = -1;  ///< index into `cycles`, else -1
};

struct FixedPoints {
  std::vector<FixedPoint> points;       ///< by unstable dimension, then by state
  std::vector<FixedPoint> slow_points;  ///< likewise
  std::vector<Cycle> cycles;            ///< in the order of the states of the starts that came to them first
  std::vector<StartOutcome> starts;     ///< one per start, in their order
};

/// Fixed points, slow points and cycles of `map` that can be reached from `starts` [dimension x n_starts].
///
/// Each start first follows the gradient of q (Adam with a rate that shrinks when q rises), which ends in the basin of
/// saddles as readily as of stable points, then damped Newton on x − F(x) with the analytic Jacobian, which tells a
/// fixed point from a merely slow one (Sussillo & Barak 2013, doi:10.1162/NECO_a_00409; Katz & Reggia 2018,
/// doi:10.1109/TNNLS.2017.2733544 on why a low q alone proves nothing). Singular systems take Levenberg-Marquardt
/// steps. Most starts are spared their own Jacobians: a search that comes close to a point that another one has found
/// is brought to rest by Newton steps with the derivative at that point, which must contract as they do in the point's
/// own neighbourhood. Starts are searched in the order of their states: nothing depends on the order they are given in
/// but the order of `starts`. A search that is caught in a minimum of q that is neither fixed nor slow gets a second
/// chance: undamped Newton from its start, which no minimum can hold. End states closer than `merge_distance`, directly
/// or through others, are one point. On a continuum of fixed points each found point says so (`stability.is_isolated`,
/// `extent`). Fixed points further from the mean start than `outlier_factor` times the mean distance of the starts are
/// dropped (Golub & Sussillo 2018, doi:10.21105/joss.01003); with one start nothing is.
///
/// A start whose search got stuck, but from which the free-running network comes to rest, is searched again from there.
///
/// Cycles are looked for apart: the network runs freely from each start, and a state that returns after 2 to
/// `max_period` steps is refined by the same Newton search on the return map. A start that has come to rest or to a
/// cycle to within a hundred-thousandth of `merge_distance` is not run further. Deterministic; equal calls give equal
/// bits. Asks `stop` between its iterations, which take a few milliseconds at 200 state variables. Throws InternalError
/// when the starts have another dimension or are none.
FixedPoints find_fixed_points(const DynamicalMap& map, const MatrixXd& starts, const FixedPointOptions& options = {},
                              const StopCheck& stop = {});

/// `n_starts` columns of `visited` [dimension x n_states], drawn with replacement, each plus normal noise of standard
/// deviation `noise` per state variable. Start i uses `stream.substream(i)` only.
MatrixXd noisy_starts(const MatrixXd& visited, Index n_starts, double noise, const RandomStream& stream);

/// States that the map passes through on its way from 32 random ones, normal with standard deviation `spread`, in 32
/// steps each, [dimension x 1024]: where to start when nothing is known of the states that it visits. States that leave
/// the range of numbers are left out.
MatrixXd wandering_states(const DynamicalMap& map, double spread, const RandomStream& stream);

}  // namespace cohort
