#pragma once

#include <cohort/core/matrix.hpp>

#include <vector>

namespace cohort {

/// The assignment of every row of `gain` to a column of its own with the largest sum, [n_rows] columns; at least as
/// many columns as rows. By shortest augmenting paths, O(n_rows² n_columns) (Jonker & Volgenant 1987,
/// doi:10.1007/BF02278710).
std::vector<Index> best_assignment(const MatrixXd& gain);

}  // namespace cohort
