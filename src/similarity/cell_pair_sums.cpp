#include <cohort/similarity/cross_seed_sums.hpp>

#include "cell_table.hpp"

#include <fmt/format.h>

#include <limits>

namespace cohort {
namespace {

/// Delta and its counterpart within seeds, cell by cell, from sums over the runs of one cell and seed.
class CellPairSums final : public CrossSeedSums {
 public:
  CellPairSums(const DesignCells& cells, const std::vector<DesignTerm>& terms);
  void add_row(std::size_t run, const double* squares) override;
  CrossSeedVariances variances(std::optional<std::size_t> without_seed) const override;
  void clear() override;

 private:
  /// Pairs of runs of cell `a` and cell `b` in one seed, summed over seeds but `without`.
  double pairs_within(std::size_t a, std::size_t b, std::optional<std::size_t> without) const;
  double pairs_between(std::size_t a, std::size_t b, std::optional<std::size_t> without) const;
  std::size_t runs_in(std::size_t cell, std::optional<std::size_t> without) const {
    return cells_.cells().runs(cell).size() - (without ? cells_.count(cell, *without) : 0);
  }
  /// The part of `sums` in which the first run is of cell `a` and seed `seed`, and the second of cell `b`.
  double of_seed(const MatrixXd& sums, std::size_t a, std::size_t b, std::size_t seed) const;
  std::string why_undefined(std::size_t a, std::size_t b, std::optional<std::size_t> without) const;

  const DesignCells& cells_;
  std::vector<DesignTerm> terms_;
  MatrixXd n_within_;                    ///< [cell x cell] pairs of runs of one seed
  std::vector<Index> group_;             ///< [cell][seed] column of the sums; -1 where there is no run
  MatrixXd other_seeds_, same_seed_;     ///< [cell x group] d² from the runs of a group to the runs of a cell
  MatrixXd all_other_seeds_, all_same_;  ///< [cell x cell] the same over all groups of a cell
};

CellPairSums::CellPairSums(const DesignCells& cells, const std::vector<DesignTerm>& terms)
    : cells_(cells), terms_(terms) {
  Index n_groups = 0;
  for (std::size_t cell = 0; cell < cells.n_cells(); ++cell)
    for (std::size_t seed = 0; seed < cells.n_seeds(); ++seed)
      group_.push_back(cells.count(cell, seed) > 0 ? n_groups++ : -1);
  const auto n_cells = static_cast<Index>(cells.n_cells()), n_seeds = static_cast<Index>(cells.n_seeds());
  const MatrixXd counts = MatrixXd::NullaryExpr(n_seeds, n_cells, [&](Index seed, Index cell) {
    return static_cast<double>(cells.count(static_cast<std::size_t>(cell), static_cast<std::size_t>(seed)));
  });
  n_within_ = counts.transpose() * counts;
  other_seeds_ = same_seed_ = MatrixXd::Zero(n_cells, n_groups);
  all_other_seeds_ = all_same_ = MatrixXd::Zero(n_cells, n_cells);
}

void CellPairSums::clear() {
  for (MatrixXd* sums : {&other_seeds_, &same_seed_, &all_other_seeds_, &all_same_}) sums->setZero();
}

void CellPairSums::add_row(std::size_t run, const double* squares) {
  const std::size_t own_cell = cells_.cells().class_of(run), own_seed = cells_.seed_of(run);
  const Index group = group_[own_cell * cells_.n_seeds() + own_seed];
  for (std::size_t cell = 0; cell < cells_.n_cells(); ++cell) {
    double other = 0, same = 0;
    for (const std::uint32_t one : cells_.cells().runs(cell))
      (cells_.seed_of(one) == own_seed ? same : other) += squares[one];
    const auto row = static_cast<Index>(cell), column = static_cast<Index>(own_cell);
    other_seeds_(row, group) += other;
    same_seed_(row, group) += same;
    all_other_seeds_(row, column) += other;
    all_same_(row, column) += same;
  }
}

double CellPairSums::pairs_within(std::size_t a, std::size_t b, std::optional<std::size_t> without) const {
  const double all = n_within_(static_cast<Index>(b), static_cast<Index>(a));
  return without ? all - static_cast<double>(cells_.count(a, *without) * cells_.count(b, *without)) : all;
}

double CellPairSums::pairs_between(std::size_t a, std::size_t b, std::optional<std::size_t> without) const {
  return static_cast<double>(runs_in(a, without) * runs_in(b, without)) - pairs_within(a, b, without);
}

double CellPairSums::of_seed(const MatrixXd& sums, std::size_t a, std::size_t b, std::size_t seed) const {
  const Index group = group_[a * cells_.n_seeds() + seed];
  return group < 0 ? 0 : sums(static_cast<Index>(b), group);
}

std::string CellPairSums::why_undefined(std::size_t a, std::size_t b, std::optional<std::size_t> without) const {
  const std::string when = without ? fmt::format("without seed {} ", cells_.seed_name(*without)) : "";
  for (const std::size_t cell : {a, b})
    if (runs_in(cell, without) == 0) return fmt::format("{}there is no run with {}", when, cells_.name(cell));
  if (a == b) return fmt::format("{}there are no two seeds with {}", when, cells_.name(a));
  return fmt::format("{}no two runs of different seeds have {} and {}", when, cells_.name(a), cells_.name(b));
}

CrossSeedVariances CellPairSums::variances(std::optional<std::size_t> without) const {
  std::vector<double> by_agreement(std::size_t{1} << cells_.n_factors(), 0);
  double shared = 0, n_shared = 0;
  for (std::size_t a = 0; a < cells_.n_cells(); ++a)
    for (std::size_t b = a; b < cells_.n_cells(); ++b) {
      const double n_between = pairs_between(a, b, without), n_within = pairs_within(a, b, without);
      if (n_between == 0) return {why_undefined(a, b, without)};
      const auto row = static_cast<Index>(b), column = static_cast<Index>(a);
      double between = all_other_seeds_(row, column), within = all_same_(row, column);
      if (without) {
        between -= of_seed(other_seeds_, a, b, *without) + of_seed(other_seeds_, b, a, *without);
        within -= of_seed(same_seed_, a, b, *without);
      }
      by_agreement[cells_.agreement(a, b)] += (a == b ? 1 : 2) * between / n_between;
      if (a == b || n_within == 0) continue;
      shared += between / n_between - within / n_within;
      ++n_shared;
    }
  CrossSeedVariances variances = variances_of(cells_, terms_, by_agreement);
  variances.same_seed = n_shared > 0 ? shared / (2 * n_shared) : std::numeric_limits<double>::quiet_NaN();
  return variances;
}

}  // namespace

std::unique_ptr<CrossSeedSums> cell_pair_sums(const DesignCells& cells, const std::vector<DesignTerm>& terms) {
  return std::make_unique<CellPairSums>(cells, terms);
}

}  // namespace cohort
