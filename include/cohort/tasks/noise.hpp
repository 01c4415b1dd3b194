#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/parameters.hpp>
#include <cohort/core/random_stream.hpp>

namespace cohort {

/// Adds independent normal noise of standard deviation `sigma` to every entry of `block`, column by column; nothing is
/// drawn when sigma is 0.
///
/// Made for noise on every input and step, where drawing would else cost more than training: one number of `stream`
/// seeds a generator whose 64 bits give four values. Each is one of 65536 equally likely ones, the middles of as many
/// equally likely slices of the normal distribution, scaled to variance 1 exactly; none is larger than 4.4 sigma.
void add_noise(double sigma, RandomStream& stream, Eigen::Ref<MatrixXd> block);

/// The parameter `noise` of a task whose inputs are noisy, and the standard deviation that it means per step: noise ·
/// √(2 · 100 ms / dt), so that what the noise averages to over a second does not depend on the step. Needs a parameter
/// `dt` [ms] too.
ParameterInfo noise_parameter(double fallback);
double noise_of(const Parameters& parameters);

}  // namespace cohort
