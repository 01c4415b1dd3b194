#include <cohort/dynamics/lyapunov.hpp>

#include "tangent_walk.hpp"

#include <cohort/core/errors.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace cohort {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Growth of some vectors in parts of a trajectory, or in several trajectories.
class Growth {
 public:
  explicit Growth(Index n_vectors) : total_(VectorXd::Zero(n_vectors)) {}

  void add_part(const VectorXd& sums, Index n_steps) {
    total_ += sums;
    n_steps_ += n_steps;
    means_.push_back(sums / static_cast<double>(n_steps));
    weights_.push_back(static_cast<double>(n_steps));
  }

  VectorXd mean() const { return total_ / static_cast<double>(n_steps_); }
  Index n_steps() const { return n_steps_; }

  /// Of the mean, from the spread of the parts.
  VectorXd standard_error() const {
    const auto n = static_cast<double>(means_.size());
    if (n < 2) return VectorXd::Constant(total_.size(), nan);
    const VectorXd center = mean();
    VectorXd squares = VectorXd::Zero(total_.size());
    for (std::size_t i = 0; i < means_.size(); ++i)
      squares.array() +=
          std::pow(weights_[i] / static_cast<double>(n_steps_), 2) * (means_[i] - center).array().square();
    return (squares * n / (n - 1)).cwiseSqrt();
  }

 private:
  VectorXd total_;
  Index n_steps_ = 0;
  std::vector<VectorXd> means_;
  std::vector<double> weights_;
};

LyapunovSpectrum exploded(LyapunovSpectrum spectrum, Index n_vectors) {
  spectrum.has_exploded = true;
  spectrum.exponents = spectrum.standard_error = VectorXd::Constant(n_vectors, nan);
  return spectrum;
}

/// Steps `n_steps` times and adds up the growth; false when it exploded.
bool walk(TangentWalk& trajectory, Index n_steps, Index steps_per_qr, const StopCheck& stop, VectorXd& growth) {
  growth.setZero();
  for (Index done = 0; done < n_steps; done += steps_per_qr) {
    ask(stop);
    growth += trajectory.advance(std::min(steps_per_qr, n_steps - done));
    if (!trajectory.is_finite()) return false;
  }
  return true;
}

LyapunovSpectrum spectrum_along(TangentWalk& trajectory, Index n_vectors, Index n_steps, const LyapunovOptions& options,
                                const StopCheck& stop) {
  LyapunovSpectrum result;
  result.dimension = trajectory.state().size();
  VectorXd sums(n_vectors);
  bool is_finite = walk(trajectory, options.n_transient, options.steps_per_qr, stop, sums);
  const Index n_blocks = std::clamp<Index>(options.n_blocks, 1, n_steps);
  Growth growth(n_vectors);
  for (Index block = 0; block < n_blocks && is_finite; ++block) {
    const Index steps = n_steps * (block + 1) / n_blocks - n_steps * block / n_blocks;
    is_finite = walk(trajectory, steps, options.steps_per_qr, stop, sums);
    growth.add_part(sums, steps);
  }
  result.state = trajectory.state();
  result.n_redone = trajectory.n_redone();
  result.least_share = trajectory.least_share();
  result.n_steps = growth.n_steps();
  if (!is_finite) return exploded(std::move(result), n_vectors);
  result.exponents = growth.mean();
  result.standard_error = growth.standard_error();
  return result;
}

Index checked_vectors(const DynamicalMap& map, const VectorXd& start, Index n_steps, const LyapunovOptions& options) {
  expects(start.size() == map.dimension(), "a start of the map's dimension");
  expects(n_steps > 0 && options.steps_per_qr > 0 && options.n_transient >= 0, "steps to count");
  return options.n_exponents == 0 ? map.dimension() : std::min(options.n_exponents, map.dimension());
}

/// In falling order.
VectorXd sorted(const VectorXd& exponents) {
  VectorXd result = exponents;
  std::sort(result.begin(), result.end(), std::greater<>());
  return result;
}

}  // namespace

LyapunovSpectrum lyapunov_spectrum(const DynamicalMap& map, const VectorXd& start, const LyapunovOptions& options,
                                   const StopCheck& stop) {
  const Index n_vectors = checked_vectors(map, start, options.n_steps, options);
  TangentWalk trajectory(map, start, n_vectors, {});
  return spectrum_along(trajectory, n_vectors, options.n_steps, options, stop);
}

LyapunovSpectrum lyapunov_spectrum(DrivenMap& map, const VectorXd& start, const MatrixXd& inputs,
                                   const LyapunovOptions& options, const StopCheck& stop) {
  const Index n_steps = inputs.cols() - options.n_transient;
  const Index n_vectors = checked_vectors(map, start, n_steps, options);
  TangentWalk trajectory(map, start, n_vectors, [&](Index step) { map.set_input(inputs.col(step)); });
  return spectrum_along(trajectory, n_vectors, n_steps, options, stop);
}

LyapunovSpectrum pooled(const std::vector<LyapunovSpectrum>& spectra) {
  expects(!spectra.empty(), "a spectrum");
  LyapunovSpectrum result;
  result.dimension = spectra[0].dimension;
  const Index n_vectors = spectra[0].exponents.size();
  Growth growth(n_vectors);
  for (const LyapunovSpectrum& one : spectra) {
    result.has_exploded = result.has_exploded || one.has_exploded;
    result.n_redone += one.n_redone;
    result.least_share = std::min(result.least_share, one.least_share);
    growth.add_part(one.exponents * static_cast<double>(one.n_steps), one.n_steps);
  }
  result.n_steps = growth.n_steps();
  result.state = spectra.back().state;
  if (result.has_exploded) return exploded(std::move(result), n_vectors);
  result.exponents = growth.mean();
  result.standard_error = growth.standard_error();
  return result;
}

LyapunovKind kind_of(const LyapunovSpectrum& spectrum) {
  if (spectrum.has_exploded) return LyapunovKind::exploded;
  Index first = 0;
  const double largest = spectrum.exponents.maxCoeff(&first);
  double margin = 1 / static_cast<double>(spectrum.n_steps);
  const double error = 2 * spectrum.standard_error[first];
  if (error > margin) margin = error;  // not for NaN
  if (std::abs(largest) <= margin) return LyapunovKind::marginal;
  return largest < 0 ? LyapunovKind::contracting : LyapunovKind::expanding;
}

double kaplan_yorke_dimension(const VectorXd& exponents, Index dimension) {
  const VectorXd falling = sorted(exponents);
  if (falling.hasNaN()) return nan;
  if (falling[0] < 0) return 0;
  double sum = 0;
  for (Index i = 0; i < falling.size(); ++i) {
    if (sum + falling[i] < 0) return static_cast<double>(i) + sum / std::abs(falling[i]);
    sum += falling[i];
  }
  return falling.size() == dimension ? static_cast<double>(dimension) : nan;
}

double entropy_rate(const VectorXd& exponents, Index dimension) {
  if (exponents.hasNaN() || (exponents.size() < dimension && exponents.minCoeff() > 0)) return nan;
  return exponents.cwiseMax(0).sum();
}

}  // namespace cohort
