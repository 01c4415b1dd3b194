#pragma once

#include <cohort/similarity/cross_seed_sums.hpp>

#include <span>

namespace cohort {

/// -trace(H A) / (2 cells) of every term, of the whole and of all cells, for a table A of pairs of cells of which
/// `by_agreement` [2^factors] has the sums over pairs that agree in exactly the factors whose bits are set.
CrossSeedVariances variances_of(const DesignCells& cells, const std::vector<DesignTerm>& terms,
                                std::span<const double> by_agreement);

/// -trace(H A) / (2 cells) of one term; NaN with the block.
double variance_of(const DesignCells& cells, const DesignTerm& term, std::span<const double> by_agreement);

}  // namespace cohort
