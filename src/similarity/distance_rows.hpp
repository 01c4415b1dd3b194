#pragma once

#include <cohort/similarity/squared_distances.hpp>

#include <cstddef>
#include <functional>

namespace cohort {

/// Calls `use(run, squares of its row)` for every run in order, reading blocks of rows. Throws UserError where a square
/// is negative or not finite.
void for_each_row(const SquaredDistances& distances, const std::function<void(std::size_t, const double*)>& use);

/// All of them, [n x n].
MatrixXd matrix_of(const SquaredDistances& distances);

}  // namespace cohort
