#include "synchronized_test.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cohort {
namespace {

RunClasses seed_and_level(const FactorialLabels& labels, std::size_t factor) {
  const FactorLabels& levels = labels.factors[factor];
  std::vector<std::uint32_t> class_of;
  for (std::size_t run = 0; run < labels.n_runs(); ++run)
    class_of.push_back(static_cast<std::uint32_t>(labels.block.level_of[run]) *
                           static_cast<std::uint32_t>(levels.levels.size()) +
                       static_cast<std::uint32_t>(levels.level_of[run]));
  return RunClasses(std::move(class_of), levels.levels.size() * labels.block.levels.size());
}

std::vector<std::vector<int>> all_orders(Index n_levels) {
  std::vector<int> order(static_cast<std::size_t>(n_levels));
  std::iota(order.begin(), order.end(), 0);
  std::vector<std::vector<int>> orders;
  do orders.push_back(order);
  while (std::next_permutation(order.begin(), order.end()));
  return orders;
}

}  // namespace

SynchronizedTest::SynchronizedTest(const FactorialLabels& labels, std::size_t factor)
    : classes_(seed_and_level(labels, factor)),
      n_levels_(static_cast<Index>(labels.factors[factor].levels.size())),
      n_seeds_(static_cast<Index>(labels.block.levels.size())),
      sums_(MatrixXd::Zero(n_levels_ * n_seeds_, n_levels_ * n_seeds_)),
      row_(classes_.n_classes()) {}

void SynchronizedTest::add_row(std::size_t run, const double* squares) {
  classes_.sum(squares, row_.data());
  sums_.col(static_cast<Index>(classes_.class_of(run))) += Eigen::Map<const VectorXd>(row_.data(), sums_.rows());
}

double SynchronizedTest::floor() const {
  return std::exp(static_cast<double>(1 - n_seeds_) * std::lgamma(static_cast<double>(n_levels_) + 1));
}

double SynchronizedTest::within_levels(const std::vector<std::vector<int>>& relabelling) const {
  double sum = 0;
  for (Index seed = 0; seed < n_seeds_; ++seed)
    for (Index other = 0; other < seed; ++other)
      for (std::size_t level = 0; level < static_cast<std::size_t>(n_levels_); ++level)
        sum += sums_(other * n_levels_ + relabelling[static_cast<std::size_t>(other)][level],
                     seed * n_levels_ + relabelling[static_cast<std::size_t>(seed)][level]);
  return sum;
}

PermutationCount SynchronizedTest::enumerated(double bound) const {
  // One relabelling for all seeds changes nothing, so the first seed keeps its levels.
  const std::vector<std::vector<int>> orders = all_orders(n_levels_);
  const auto n_seeds = static_cast<std::size_t>(n_seeds_);
  std::vector<std::size_t> chosen(n_seeds, 0);
  std::vector<std::vector<int>> relabelling(n_seeds, orders.front());
  PermutationCount result{0, 0, true};
  while (true) {
    result.at_least += within_levels(relabelling) <= bound ? orders.size() : 0;
    result.n += orders.size();
    std::size_t seed = 1;
    for (; seed < n_seeds; ++seed) {
      chosen[seed] = (chosen[seed] + 1) % orders.size();
      relabelling[seed] = orders[chosen[seed]];
      if (chosen[seed] > 0) break;
    }
    if (seed >= n_seeds) return result;
  }
}

PermutationCount SynchronizedTest::drawn(double bound, std::size_t n_random, const RandomStream& stream) const {
  std::vector<std::vector<int>> relabelling(static_cast<std::size_t>(n_seeds_),
                                            std::vector<int>(static_cast<std::size_t>(n_levels_)));
  PermutationCount result{1, n_random + 1, false};
  for (std::size_t i = 0; i < n_random; ++i) {
    RandomStream numbers = stream.substream(i);
    for (std::vector<int>& of_seed : relabelling) {
      std::iota(of_seed.begin(), of_seed.end(), 0);
      for (std::size_t left = of_seed.size(); left > 1; --left)
        std::swap(of_seed[left - 1], of_seed[numbers.integer(left)]);
    }
    result.at_least += within_levels(relabelling) <= bound ? 1 : 0;
  }
  return result;
}

PermutationCount SynchronizedTest::count(double ss, double total, std::size_t max_enumerated, std::size_t n_random,
                                         const RandomStream& stream) const {
  std::vector<int> as_it_is(static_cast<std::size_t>(n_levels_));
  std::iota(as_it_is.begin(), as_it_is.end(), 0);
  const std::vector<std::vector<int>> observed(static_cast<std::size_t>(n_seeds_), as_it_is);
  // ss = constant - levels / runs * within_levels; what differs by rounding alone is as large as the observed one.
  const double runs_per_level = static_cast<double>(classes_.n_runs()) / static_cast<double>(n_levels_);
  const double bound = within_levels(observed) + runs_per_level * (1e-9 * std::abs(ss) + 1e-12 * std::abs(total));
  const double n_all = std::exp(static_cast<double>(n_seeds_) * std::lgamma(static_cast<double>(n_levels_) + 1));
  if (n_all <= static_cast<double>(max_enumerated) + 0.5) return enumerated(bound);
  return drawn(bound, n_random, stream);
}

}  // namespace cohort
