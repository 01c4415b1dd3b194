#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>

namespace cohort {

/// Adds independent normal noise of standard deviation `sigma` to every entry of `block`, column by column; nothing is
/// drawn when sigma is 0.
///
/// Four numbers come from 64 random bits, so noise on every input costs little beside training: each is one of 65536
/// equally likely values, the middles of as many equally likely slices of the normal distribution, scaled to variance 1
/// exactly. None is larger than 4.4 sigma.
void add_noise(double sigma, RandomStream& stream, Eigen::Ref<MatrixXd> block);

/// Makes every entry of `block` 1 with `probability`, independently: a Poisson spike train in small steps. Costs as much
/// as there are spikes (the gaps between them are drawn).
void add_spikes(double probability, RandomStream& stream, Eigen::Ref<MatrixXd> block);

}  // namespace cohort
