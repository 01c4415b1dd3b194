#include "cell_table.hpp"

#include <limits>

namespace cohort {
namespace {

/// trace(P A), P the mean over all cells that agree in `factors`.
double projected(const DesignCells& cells, std::size_t factors, std::span<const double> by_agreement) {
  double sum = 0, scale = 1 / static_cast<double>(cells.n_cells());
  for (std::size_t bits = 0; bits < by_agreement.size(); ++bits)
    if ((bits & factors) == factors) sum += by_agreement[bits];
  for (std::size_t factor = 0; factor < cells.n_factors(); ++factor)
    if (factors >> factor & 1) scale *= static_cast<double>(cells.n_levels(factor));
  return sum * scale;
}

}  // namespace

double variance_of(const DesignCells& cells, const DesignTerm& term, std::span<const double> by_agreement) {
  if (term.factors.back() >= cells.n_factors()) return std::numeric_limits<double>::quiet_NaN();
  const auto with = [&](std::size_t bits) { return projected(cells, bits, by_agreement); };
  const std::size_t first = std::size_t{1} << term.factors.front(), second = std::size_t{1} << term.factors.back();
  const double trace =
      term.is_interaction() ? with(first | second) - with(first) - with(second) + with(0) : with(first) - with(0);
  return -trace / (2 * static_cast<double>(cells.n_cells()));
}

CrossSeedVariances variances_of(const DesignCells& cells, const std::vector<DesignTerm>& terms,
                                std::span<const double> by_agreement) {
  CrossSeedVariances variances;
  for (const DesignTerm& term : terms) variances.terms.push_back(variance_of(cells, term, by_agreement));
  const auto n_cells = static_cast<double>(cells.n_cells());
  const double mean = projected(cells, 0, by_agreement);
  variances.total = mean / (2 * n_cells);
  variances.all_cells = (mean - by_agreement.back()) / (2 * n_cells);
  return variances;
}

}  // namespace cohort
