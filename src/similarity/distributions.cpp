#include "distributions.hpp"

#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace cohort {

double t_quantile(double probability, double df) {
  return boost::math::quantile(boost::math::students_t(df), probability);
}

double t_two_sided(double t, double df) {
  if (std::isnan(t)) return t;
  if (std::isinf(t)) return 0;
  return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(df), std::abs(t)));
}

double f_at_least(double f, double df, double residual_df) {
  if (std::isnan(f) || df <= 0 || residual_df <= 0) return std::numeric_limits<double>::quiet_NaN();
  if (f <= 0) return 1;
  return boost::math::cdf(boost::math::complement(boost::math::fisher_f(df, residual_df), f));
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size(), std::numeric_limits<double>::quiet_NaN());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(order.size() - rank) * p[order[rank]]));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace cohort
