#include "within_cell_test.hpp"

#include "jackknife.hpp"

#include <cohort/similarity/design_terms.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace cohort {
namespace {

RunClasses agreeing_elsewhere(const FactorialLabels& labels, std::size_t factor) {
  std::vector<std::size_t> others;
  for (std::size_t other = 0; other <= labels.factors.size(); ++other)  // the last is the block
    if (other != factor) others.push_back(other);
  return occurring_classes_of(labels, others);
}

StudentizedVariance studentized(double variance, const std::vector<double>& without_seed) {
  const double error = jackknife_error(without_seed);
  return {variance, error > 0 ? variance / error : std::numeric_limits<double>::quiet_NaN()};
}

}  // namespace

WithinCellTest::WithinCellTest(const MatrixXd& squares, const FactorialLabels& labels, std::size_t factor)
    : squares_(squares),
      cells_(labels),
      factor_(factor),
      swappable_(agreeing_elsewhere(labels, factor)),
      level_runs_(cells_.n_levels(factor)) {
  if (!cells_.is_balanced()) {
    of_seed_.resize(cells_.n_seeds());
    for (std::size_t run = 0; run < cells_.n_runs(); ++run)
      of_seed_[cells_.seed_of(run)].push_back(static_cast<std::uint32_t>(run));
    for (std::size_t seed = 0; seed < cells_.n_seeds(); ++seed) weights_.push_back(weights(seed));
    weights_.push_back(weights({}));
    return;
  }
  const auto n_seeds = static_cast<Index>(cells_.n_seeds());
  all_ = MatrixXd::Zero(n_seeds, n_seeds);
  for (std::size_t seed = 0; seed < cells_.n_seeds(); ++seed)
    for (std::size_t run = 0; run < cells_.n_runs(); ++run)
      if (cells_.seed_of(run) == seed)
        level_runs_[cells_.level_of(cells_.cells().class_of(run), factor)].push_back(static_cast<std::uint32_t>(run));
  for (Index run = 0; run < squares.cols(); ++run)
    for (Index other = 0; other < squares.rows(); ++other)
      all_(static_cast<Index>(cells_.seed_of(static_cast<std::size_t>(other))),
           static_cast<Index>(cells_.seed_of(static_cast<std::size_t>(run)))) += squares(other, run);
}

StudentizedVariance WithinCellTest::statistic(const std::vector<std::uint32_t>& rows) const {
  return cells_.is_balanced() ? balanced_statistic(rows) : any_statistic(rows);
}

StudentizedVariance WithinCellTest::balanced_statistic(const std::vector<std::uint32_t>& rows) const {
  const std::size_t n_seeds = cells_.n_seeds(), per_seed = level_runs_.front().size() / n_seeds;
  MatrixXd same = MatrixXd::Zero(all_.rows(), all_.cols());  // sums over pairs of one level, s < u at (u, s)
  std::vector<std::uint32_t> order(level_runs_.front().size());
  for (const std::vector<std::uint32_t>& places : level_runs_) {
    for (std::size_t k = 0; k < places.size(); ++k) order[k] = rows[places[k]];
    for (std::size_t k = 0; k < order.size(); ++k) {
      const double* of_run = squares_.col(static_cast<Index>(order[k])).data();
      const std::size_t seed = k / per_seed;
      for (std::size_t other = seed + 1; other < n_seeds; ++other) {
        double sum = 0;
        for (std::size_t m = other * per_seed; m < (other + 1) * per_seed; ++m) sum += of_run[order[m]];
        same(static_cast<Index>(other), static_cast<Index>(seed)) += sum;
      }
    }
  }
  same += same.transpose().eval();
  const auto n_cells = static_cast<double>(cells_.n_cells()), n = static_cast<double>(n_seeds);
  const auto n_levels = static_cast<double>(cells_.n_levels(factor_));
  // -trace(H d²) / (2 cells) of every pair of seeds, H the levels' means less the mean.
  MatrixXd q = -(n_levels * same - all_) / (2 * n_cells * n_cells);
  q.diagonal().setZero();
  const double sum = q.sum();
  std::vector<double> without_seed;
  for (Index seed = 0; seed < q.cols(); ++seed)
    without_seed.push_back((sum - 2 * q.col(seed).sum()) / ((n - 1) * (n - 2)));
  return studentized(sum / (n * (n - 1)), without_seed);
}

MatrixXd WithinCellTest::weights(std::optional<std::size_t> without_seed) const {
  const auto n_cells = static_cast<double>(cells_.n_cells());
  const auto n_levels = static_cast<double>(cells_.n_levels(factor_));
  const auto size = static_cast<Index>(cells_.n_cells());
  return MatrixXd::NullaryExpr(size, size, [&](Index row, Index column) {
    const auto a = static_cast<std::size_t>(row), b = static_cast<std::size_t>(column);
    std::size_t in_a = 0, in_b = 0, same_seed = 0;
    for (std::size_t seed = 0; seed < cells_.n_seeds(); ++seed) {
      if (seed == without_seed) continue;
      in_a += cells_.count(a, seed);
      in_b += cells_.count(b, seed);
      same_seed += cells_.count(a, seed) * cells_.count(b, seed);
    }
    // -H / (2 cells), H the levels' means less the mean, over the pairs whose mean Delta is.
    const double h = ((cells_.level_of(a, factor_) == cells_.level_of(b, factor_) ? n_levels : 0) - 1) / n_cells;
    return -h / (2 * n_cells) / static_cast<double>(in_a * in_b - same_seed);
  });
}

StudentizedVariance WithinCellTest::any_statistic(const std::vector<std::uint32_t>& rows) const {
  const Index n_cells = static_cast<Index>(cells_.n_cells());
  MatrixXd all = MatrixXd::Zero(n_cells, n_cells);  // d² between cells
  VectorXd to_cells(n_cells);                       // of one place, to places of other seeds
  std::vector<double> of_seed(of_seed_.size(), 0);  // what would be left out with a seed, by its own weights
  for (std::size_t seed = 0; seed < of_seed_.size(); ++seed)
    for (const std::uint32_t place : of_seed_[seed]) {
      const double* of_run = squares_.col(static_cast<Index>(rows[place])).data();
      to_cells.setZero();
      for (std::size_t other = 0; other < of_seed_.size(); ++other)
        if (other != seed)
          for (const std::uint32_t one : of_seed_[other])
            to_cells[static_cast<Index>(cells_.cells().class_of(one))] += of_run[rows[one]];
      const auto cell = static_cast<Index>(cells_.cells().class_of(place));
      all.col(cell) += to_cells;
      of_seed[seed] += weights_[seed].col(cell).dot(to_cells);
    }
  std::vector<double> without_seed;
  for (std::size_t seed = 0; seed < of_seed_.size(); ++seed)
    without_seed.push_back(weights_[seed].cwiseProduct(all).sum() - 2 * of_seed[seed]);  // weights are symmetric
  return studentized(weights_.back().cwiseProduct(all).sum(), without_seed);
}

PermutationCount WithinCellTest::count(std::size_t n_random, const RandomStream& stream) const {
  std::vector<std::uint32_t> rows(cells_.n_runs());
  std::iota(rows.begin(), rows.end(), 0u);
  const double observed = statistic(rows).t, bound = observed - 1e-9 * std::abs(observed);
  PermutationCount result{1, n_random + 1, false};
  for (std::size_t i = 0; i < n_random; ++i) {
    RandomStream numbers = stream.substream(i);
    for (std::size_t one = 0; one < swappable_.n_classes(); ++one) {
      const auto places = swappable_.runs(one);
      for (const std::uint32_t place : places) rows[place] = place;
      for (std::size_t left = places.size(); left > 1; --left)
        std::swap(rows[places[left - 1]], rows[places[numbers.integer(left)]]);
    }
    result.at_least += statistic(rows).t < bound ? 0 : 1;
  }
  return result;
}

double WithinCellTest::n_arrangements() const {
  double log = 0;
  for (std::size_t one = 0; one < swappable_.n_classes(); ++one)
    log += std::lgamma(static_cast<double>(swappable_.runs(one).size()) + 1);
  return std::exp(log);
}

}  // namespace cohort
