#include <cohort/core/errors.hpp>
#include <cohort/similarity/cross_seed_sums.hpp>

#include "cell_table.hpp"

#include <fmt/format.h>

#include <limits>

namespace cohort {
namespace {

/// Sum over seeds s and u, s != u, without those of `left_out`.
double sum_between(const MatrixXd& of_seeds, std::optional<std::size_t> left_out) {
  double sum = of_seeds.sum() - of_seeds.trace();
  if (!left_out) return sum;
  const auto seed = static_cast<Index>(*left_out);
  return sum - (of_seeds.row(seed).sum() + of_seeds.col(seed).sum() - 2 * of_seeds(seed, seed));
}

double sum_within(const MatrixXd& of_seeds, std::optional<std::size_t> left_out) {
  const double sum = of_seeds.trace();
  return left_out ? sum - of_seeds(static_cast<Index>(*left_out), static_cast<Index>(*left_out)) : sum;
}

}  // namespace

SeedPairSums::SeedPairSums(const DesignCells& cells, const std::vector<DesignTerm>& terms)
    : cells_(cells),
      terms_(terms),
      run_at_(cells.n_runs()),
      sums_(std::size_t{1} << cells.n_factors(),
            MatrixXd::Zero(static_cast<Index>(cells.n_seeds()), static_cast<Index>(cells.n_seeds()))) {
  expects(cells.is_balanced(), "one run in every cell and seed");
  for (std::size_t run = 0; run < cells.n_runs(); ++run)
    run_at_[cells.cells().class_of(run) * cells.n_seeds() + cells.seed_of(run)] = static_cast<std::uint32_t>(run);
}

void SeedPairSums::add_row(std::size_t run, const double* squares) {
  const std::size_t cell = cells_.cells().class_of(run), n_seeds = cells_.n_seeds();
  const auto own = static_cast<Index>(cells_.seed_of(run));
  const std::uint32_t* others = run_at_.data();
  for (std::size_t other = 0; other < cells_.n_cells(); ++other, others += n_seeds) {
    double* sums = &sums_[cells_.agreement(cell, other)](0, own);
    for (std::size_t seed = 0; seed < n_seeds; ++seed) sums[seed] += squares[others[seed]];
  }
}

void SeedPairSums::clear() {
  for (MatrixXd& sums : sums_) sums.setZero();
}

CrossSeedVariances SeedPairSums::variances(std::optional<std::size_t> without_seed) const {
  const std::size_t n_seeds = cells_.n_seeds() - (without_seed ? 1 : 0);
  if (n_seeds < 2) return {fmt::format("{} seed, so no pair of different seeds", n_seeds)};
  const auto n_cells = static_cast<double>(cells_.n_cells()), n = static_cast<double>(n_seeds);
  std::vector<double> means;  // sums of Delta
  for (const MatrixXd& sums : sums_) means.push_back(sum_between(sums, without_seed) / (n * (n - 1)));
  CrossSeedVariances variances = variances_of(cells_, terms_, means);
  double between = 0, within = 0;  // over all c != c'
  for (std::size_t bits = 0; bits + 1 < sums_.size(); ++bits) {
    between += means[bits];
    within += sum_within(sums_[bits], without_seed) / n;
  }
  variances.same_seed = (between - within) / (2 * n_cells * (n_cells - 1));
  return variances;
}

MatrixXd SeedPairSums::seed_by_seed(std::size_t term) const {
  const auto n_seeds = static_cast<Index>(cells_.n_seeds());
  return MatrixXd::NullaryExpr(n_seeds, n_seeds, [&](Index s, Index u) {
    std::vector<double> sums;
    for (const MatrixXd& of_seeds : sums_) sums.push_back(of_seeds(s, u));
    return variance_of(cells_, terms_[term], sums);
  });
}

MatrixXd SeedPairSums::total_by_seed() const {
  const auto n_seeds = static_cast<Index>(cells_.n_seeds());
  MatrixXd total = MatrixXd::Zero(n_seeds, n_seeds);
  for (const MatrixXd& sums : sums_) total += sums;
  const auto n_cells = static_cast<double>(cells_.n_cells());
  return total / (2 * n_cells * n_cells);
}

}  // namespace cohort
