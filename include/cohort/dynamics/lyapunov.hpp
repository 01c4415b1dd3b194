#pragma once

#include <cohort/core/stop_request.hpp>
#include <cohort/dynamics/driven_map.hpp>

#include <cstdint>
#include <vector>

namespace cohort {

/// Raised when exponents come out with other bits.
inline constexpr int lyapunov_version = 1;

struct LyapunovOptions {
  Index n_exponents = 0;   ///< the first of them, 0 for all
  Index n_transient = 0;   ///< steps in which the frame turns and nothing is counted
  Index n_steps = 1000;    ///< steps that are counted; of a driven map those of its inputs that are left
  Index steps_per_qr = 1;  ///< steps between two decompositions; see `lyapunov_spectrum` for the check
  Index n_blocks = 20;     ///< parts of the counted steps whose spread gives the standard error
};

/// Lyapunov exponents in nats per step: divide by the length of a step for a rate. In the coordinates of the map's
/// state; other coordinates differ by terms that fall like 1/n_steps.
struct LyapunovSpectrum {
  VectorXd exponents;         ///< in the order of the frame, not sorted; -inf: the map destroys a direction
  VectorXd standard_error;    ///< of each, over blocks (over trials after `pooled`); NaN with fewer than two
  Index dimension = 0;        ///< of the map: there are as many exponents as this in all
  Index n_steps = 0;          ///< that were counted
  VectorXd state;             ///< after the last of them
  bool has_exploded = false;  ///< states or tangent vectors left the range of numbers: exponents are NaN
  Index n_redone = 0;         ///< times that steps_per_qr steps were too many, and were made again one by one
  double least_share = 1;     ///< see OrthonormalFrame::orthonormalize: the worst of all steps

  /// The largest exponent. Requires one.
  double largest() const { return exponents.maxCoeff(); }
};

/// How perturbations of a trajectory fare. The numbers are written to the results file; never renumber them.
enum class LyapunovKind : std::uint8_t {
  unknown = 0,      ///< nothing was computed
  contracting = 1,  ///< the largest exponent is negative
  marginal = 2,     ///< it cannot be told from 0: within two standard errors or 1/n_steps
  expanding = 3,    ///< it is positive: chaos, where the trajectory is bounded
  exploded = 4      ///< the trajectory left the range of numbers
};

/// The Lyapunov spectrum of the trajectory from `start` [dimension] (Benettin et al. 1980, doi:10.1007/BF02128236;
/// Engelken, Wolf & Abbott 2023, doi:10.1103/PhysRevResearch.5.043044): the frame, at first the first columns of the
/// identity, is carried by the Jacobian at the state before each step and decomposed, Q R = J Q with positive diagonal;
/// an exponent is the mean of log R_ii.
///
/// With `steps_per_qr` above 1 the result is the same but for rounding, as long as the frame does not collapse in
/// between: where less than 1e-8 of a vector is left, the steps since the last decomposition are made again with one
/// each. Blocks begin with a decomposition. Deterministic. Asks `stop` between decompositions.
LyapunovSpectrum lyapunov_spectrum(const DynamicalMap& map, const VectorXd& start, const LyapunovOptions& options,
                                   const StopCheck& stop = {});

/// The same of a map that is driven by `inputs` [n_inputs x n_all_steps], of which the first n_transient are not
/// counted. Leaves the map at the last input.
LyapunovSpectrum lyapunov_spectrum(DrivenMap& map, const VectorXd& start, const MatrixXd& inputs,
                                   const LyapunovOptions& options, const StopCheck& stop = {});

/// The spectrum of several trajectories of one map: means over all their steps, standard errors over trajectories. One
/// that exploded makes it so.
LyapunovSpectrum pooled(const std::vector<LyapunovSpectrum>& spectra);

LyapunovKind kind_of(const LyapunovSpectrum& spectrum);

/// Kaplan-Yorke dimension of the attractor, j + Σ_{i<=j} λ_i / |λ_{j+1}| with the exponents in falling order and j the
/// last index with a sum that is not negative; 0 when the first is negative, `dimension` when the sum of all is not
/// negative. NaN when too few of the `dimension` exponents are given to tell.
double kaplan_yorke_dimension(const VectorXd& exponents, Index dimension);

/// Sum of the positive exponents, in nats per step: the rate at which the map makes entropy (Pesin), where its measure
/// is smooth along unstable directions. NaN when all given exponents are positive and there are more.
double entropy_rate(const VectorXd& exponents, Index dimension);

}  // namespace cohort
