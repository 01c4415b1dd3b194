#pragma once

#include <cohort/study/design.hpp>

#include <limits>
#include <string>
#include <vector>

namespace cohort {

/// How a rule's gradient compares with the truth, for one rule and architecture of a study.
struct GradientCheck {
  std::string rule, architecture;
  bool is_exact = false;     ///< the rule claims the gradient of the loss
  bool has_gradient = true;  ///< false: the rule changes weights by amounts of its own
  /// |g·d - dE/dd| / |dE/dd| over random directions d, dE/dd by central differences in double precision; NaN for
  /// spiking cells, whose loss has no derivative.
  double difference_error = std::numeric_limits<double>::quiet_NaN();
  double cosine = 0;       ///< with the gradient of bptt (the reference of its family), without the readout
  double norm_ratio = 0;   ///< |g| / |g of bptt|
  double mean_cosine = 0;  ///< the cosine of the mean over 20 draws of a rule that draws (or learns) at each update
  bool is_random = false;  ///< whether those draws differ
  bool agrees = true;      ///< an exact rule agrees with what was measured; an approximate one has no claim to break
};

/// Largest error with which an exact rule agrees with central differences (of step 1e-6, in double precision).
inline constexpr double gradient_tolerance = 1e-5;

/// One check per combination of rule and architecture in the design, on the first training trials (at most 8) of its
/// first run, in double precision, without regularizers, with initial parameters moved by N(0, 0.01²) away from kinks.
/// Online rules are summed over the parts of the trials with frozen weights.
std::vector<GradientCheck> check_gradients(const Study& study, const Design& design);

}  // namespace cohort
