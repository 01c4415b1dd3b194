#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/parameters.hpp>
#include <cohort/core/random_stream.hpp>

namespace cohort {

/// Adds independent normal noise of standard deviation `sigma` to every entry of `block`, column by column; nothing is
/// drawn when sigma is 0.
///
/// One number of `stream` is the seed of all of them (fill_normal_block): drawing each from the stream would cost more
/// than training where noise is on every input and step. Which numbers these are depends on the size of the block
/// alone, not on where it lies.
void add_noise(double sigma, RandomStream& stream, Eigen::Ref<MatrixXd> block);

/// The parameter `noise` of a task whose inputs are noisy, and the standard deviation that it means per step: noise ·
/// √(2 · 100 ms / dt), so that what the noise averages to over a second does not depend on the step. Needs a parameter
/// `dt` [ms] too.
ParameterInfo noise_parameter(double fallback);
double noise_of(const Parameters& parameters);

}  // namespace cohort
