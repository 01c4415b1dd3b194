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
    sums_ = cell_pair_sums(cells_, {{"", {factor_}}});
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

StudentizedVariance WithinCellTest::statistic(const std::vector<std::uint32_t>& rows) {
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

StudentizedVariance WithinCellTest::any_statistic(const std::vector<std::uint32_t>& rows) {
  sums_->clear();
  std::vector<double> row(rows.size());
  for (std::size_t place = 0; place < rows.size(); ++place) {
    const double* of_run = squares_.col(static_cast<Index>(rows[place])).data();
    for (std::size_t other = 0; other < rows.size(); ++other) row[other] = of_run[rows[other]];
    sums_->add_row(place, row.data());
  }
  const CrossSeedEstimates estimates = estimates_of(*sums_, cells_.n_seeds());
  std::vector<double> without_seed;
  for (const CrossSeedVariances& one : estimates.without)
    without_seed.push_back(one.undefined.empty() ? one.terms.front() : std::numeric_limits<double>::quiet_NaN());
  return studentized(estimates.all.terms.front(), without_seed);
}

PermutationCount WithinCellTest::count(std::size_t n_random, const RandomStream& stream) {
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
