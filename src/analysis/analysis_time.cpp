#include <cohort/analysis/analysis_time.hpp>

#include <cohort/core/cpu_clock.hpp>
#include <cohort/core/stop_request.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace cohort {
namespace {

constexpr std::size_t kMostItems = 20000;  // whose cost is asked for: others lie between them

/// Floating-point operations that this core does in a second of a product of matrices.
double product_speed() {
  const MatrixXd a = MatrixXd::Constant(200, 200, 0.5), b = a;
  MatrixXd c = MatrixXd::Zero(200, 200);
  const double start = thread_cpu_seconds();
  int n = 0;
  for (; n == 0 || thread_cpu_seconds() - start < 0.02; ++n) c.noalias() += a * b;
  return n * 2 * std::pow(200.0, 3) / (thread_cpu_seconds() - start);
}

/// Costs of all items, or of some that stand for `n_each` of them.
struct Costs {
  std::vector<std::size_t> items;
  std::vector<double> costs;
  double n_each = 1;

  double sum() const { return n_each * std::accumulate(costs.begin(), costs.end(), 0.0); }
  double most() const { return costs.empty() ? 0 : *std::max_element(costs.begin(), costs.end()); }
};

Costs costs_of(const Analysis& analysis) {
  Costs result;
  const std::size_t n = analysis.n_items(), n_asked = std::min(n, kMostItems);
  result.n_each = n_asked == 0 ? 1 : static_cast<double>(n) / static_cast<double>(n_asked);
  for (std::size_t i = 0; i < n_asked; ++i) {
    result.items.push_back(static_cast<std::size_t>(static_cast<double>(i) * result.n_each));
    result.costs.push_back(analysis.cost(result.items.back()));
  }
  return result;
}

std::size_t median_item(const Costs& costs) {
  std::vector<std::size_t> order(costs.items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return costs.costs[i]; });
  return costs.items[order[order.size() / 2]];
}

/// Seconds that the first `n` numbers of an item take; none when that is more than `patience`.
std::optional<double> seconds_once(const Analysis& analysis, const FinishedRuns& runs, std::size_t item, std::size_t n,
                                   double patience) {
  std::vector<bool> stale(analysis.made_from(item, runs).size(), false);
  std::fill_n(stale.begin(), n, true);
  ItemValues values(analysis.places(item));
  const double start = thread_cpu_seconds();
  const StopCheck stop = [&] {
    if (thread_cpu_seconds() - start > patience) throw StopRequest();
  };
  try {
    analysis.compute(item, runs, stale, stop, values);
  } catch (const StopRequest&) {
    return std::nullopt;
  }
  return thread_cpu_seconds() - start;
}

/// The same when all memory was used before, if there is time.
std::optional<double> seconds_of(const Analysis& analysis, const FinishedRuns& runs, std::size_t item, std::size_t n,
                                 double patience) {
  const auto first = seconds_once(analysis, runs, item, n, patience);
  if (!first || *first > patience / 2) return first;
  const auto second = seconds_once(analysis, runs, item, n, patience);
  return second ? std::min(*first, *second) : first;
}

/// The whole item, or what one and four of its numbers let expect of all.
std::optional<double> seconds_of_item(const Analysis& analysis, const FinishedRuns& runs, std::size_t item,
                                      double patience) {
  const std::size_t n = analysis.made_from(item, runs).size(), some = std::min<std::size_t>(4, n);
  if (const auto one = seconds_of(analysis, runs, item, 1, patience); !one || n == 1) return one;
  const auto few = seconds_of(analysis, runs, item, some, patience);
  if (!few) return std::nullopt;
  if (*few * static_cast<double>(n) < static_cast<double>(some) * patience)
    if (const auto all = seconds_of(analysis, runs, item, n, patience)) return all;
  return *few * static_cast<double>(n) / static_cast<double>(some);
}

}  // namespace

AnalysisTime measured_time(const Analysis& analysis, const FinishedRuns& runs, double patience) {
  const Costs costs = costs_of(analysis);
  if (costs.items.empty()) return {};
  const std::size_t item = median_item(costs);
  const double cost = std::max(1.0, analysis.cost(item));
  std::optional<double> seconds;
  try {
    if (analysis.can_be_tried()) seconds = seconds_of_item(analysis, runs, item, patience);
  } catch (const std::exception&) {  // an item that cannot be computed is told when it is its turn
  }
  const double per_operation = seconds ? *seconds / cost : 8 / product_speed();
  return {per_operation * costs.sum(), per_operation * costs.most(), seconds.has_value()};
}

}  // namespace cohort
