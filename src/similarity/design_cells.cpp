#include <cohort/core/errors.hpp>
#include <cohort/similarity/design_cells.hpp>
#include <cohort/similarity/design_terms.hpp>

#include <fmt/format.h>

#include <numeric>

namespace cohort {
namespace {

RunClasses cells_of(const FactorialLabels& labels) {
  expects(labels.has_block() && DesignCells::n_cells_of(labels) <= labels.n_runs(), "seeds, and a run for every cell");
  std::vector<std::size_t> all(labels.factors.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return classes_of(labels, all);
}

}  // namespace

std::size_t DesignCells::n_cells_of(const FactorialLabels& labels) {
  std::size_t n_cells = 1;
  for (const FactorLabels& factor : labels.factors)
    if (n_cells <= labels.n_runs()) n_cells *= factor.levels.size();
  return n_cells;
}

DesignCells::DesignCells(const FactorialLabels& labels)
    : cells_(cells_of(labels)), n_seeds_(labels.block.levels.size()) {
  for (const FactorLabels& factor : labels.factors) {
    n_levels_.push_back(factor.levels.size());
    names_of_factors_.push_back(factor.name);
    names_of_levels_.push_back(factor.levels);
  }
  seed_names_ = labels.block.levels;
  levels_.resize(n_cells() * n_factors());
  for (std::size_t cell = 0; cell < n_cells(); ++cell)
    for (std::size_t factor = n_factors(), rest = cell; factor-- > 0; rest /= n_levels_[factor])
      levels_[cell * n_factors() + factor] = rest % n_levels_[factor];
  counts_.assign(n_cells() * n_seeds_, 0);
  for (std::size_t run = 0; run < n_runs(); ++run) {
    seed_of_.push_back(static_cast<std::size_t>(labels.block.level_of[run]));
    ++counts_[cells_.class_of(run) * n_seeds_ + seed_of_.back()];
  }
  for (const std::size_t count : counts_) is_balanced_ = is_balanced_ && count == 1;
}

std::size_t DesignCells::agreement(std::size_t a, std::size_t b) const {
  std::size_t bits = 0;
  for (std::size_t factor = 0; factor < n_factors(); ++factor)
    bits |= static_cast<std::size_t>(level_of(a, factor) == level_of(b, factor)) << factor;
  return bits;
}

std::string DesignCells::name(std::size_t cell) const {
  std::string name;
  for (std::size_t factor = 0; factor < n_factors(); ++factor)
    name += fmt::format("{}{}={}", factor == 0 ? "" : ", ", names_of_factors_[factor],
                        names_of_levels_[factor][level_of(cell, factor)]);
  return name;
}

}  // namespace cohort
