#pragma once

#include <vector>

namespace cohort {

/// Quantile of Student's t. Requires df > 0.
double t_quantile(double probability, double df);

/// Two-sided p of a t on `df` degrees of freedom; NaN for NaN.
double t_two_sided(double t, double df);

/// Probability of an F at least as large; NaN for NaN and where there are no degrees of freedom, 1 for negative
/// values.
double f_at_least(double f, double df, double residual_df);

/// Holm's step-down adjustment (Holm 1979) of those that are not NaN.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace cohort
