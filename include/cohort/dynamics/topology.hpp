#pragma once

#include <cohort/dynamics/fixed_points.hpp>

namespace cohort {

/// What a search found, as numbers that can be compared between networks whose geometry differs (Maheswaranathan et al.
/// 2019, arXiv:1907.08549).
struct Topology {
  std::vector<int> points_by_unstable;  ///< fixed points with 0, 1, 2, ... unstable dimensions; the last: or more
  std::vector<int> cycles_by_period;    ///< cycles of period 0, 1, 2, ...; the last: or more
  int n_continua = 0;                   ///< fixed points that are not isolated: on a line or sheet of them
  Index continuum_dimension = 0;        ///< most eigenvalues 1 at one of these
  /// Good and Turing's estimate of the share of starts that would end at points not found yet: the share of those that
  /// ended alone at theirs (Good 1953, doi:10.1093/biomet/40.3-4.237). NaN when no start came to a point.
  double unseen_share = 0;
};

/// The vectors have `n_unstable` and `n_periods` entries.
Topology topology_of(const FixedPoints& found, std::size_t n_unstable, std::size_t n_periods);

}  // namespace cohort
