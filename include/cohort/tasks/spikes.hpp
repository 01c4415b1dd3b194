#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>

namespace cohort {

/// Probability of a spike in a step of `dt_ms` of a unit that fires at `rate_hz`. Throws UserError when it is above 1.
double spike_probability(double rate_hz, double dt_ms);

/// Makes every entry of `block` 1 with `probability`, independently: Poisson spike trains in small steps. Costs as much
/// as there are spikes (the gaps between them are drawn).
void add_spikes(double probability, RandomStream& stream, Eigen::Ref<MatrixXd> block);

}  // namespace cohort
