#pragma once

#include <cohort/core/matrix.hpp>

#include <vector>

namespace cohort {

/// The assignment of rows to columns, one to one, that makes the sum of `cost` [n x n] least: column of each row.
/// Shortest augmenting paths, O(n³) (Jonker & Volgenant 1987, doi:10.1007/BF02278710). Costs must be finite.
std::vector<Index> best_assignment(const MatrixXd& cost);

}  // namespace cohort
