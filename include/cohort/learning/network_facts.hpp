#pragma once

#include <cohort/network/network.hpp>

#include <limits>

namespace cohort {

/// How active the units of a network were in a forward pass. A unit's activity is its mean |rate| over steps and trials
/// (for spiking cells its spikes per step).
struct RateSummary {
  double mean = std::numeric_limits<double>::quiet_NaN();       ///< activity, over units
  double silent = std::numeric_limits<double>::quiet_NaN();     ///< share of units with an activity below 1e-6
  double saturated = std::numeric_limits<double>::quiet_NaN();  ///< share of units with at least 0.95 of the highest
                                                                ///< activity there can be; 0 where there is no limit
};

/// Of the last forward pass of `network`.
template <class Scalar>
RateSummary rate_summary(const Network<Scalar>& network);

/// How strong the recurrent weights of a network are, as its units feel them.
struct WeightSummary {
  double radius = std::numeric_limits<double>::quiet_NaN();  ///< spectral radius, the largest of its recurrent
                                                             ///< matrices; NaN: none, or more than 2000 units
  double norm = std::numeric_limits<double>::quiet_NaN();    ///< Frobenius norm of all of them together; NaN: none
};
template <class Scalar>
WeightSummary weight_summary(const Network<Scalar>& network);

/// What is noted of a network while it is trained.
struct NetworkFacts {
  WeightSummary initial{};     ///< of the weights training starts from
  RateSummary start{}, end{};  ///< on the evaluation trials, at the first evaluation and the last
};

}  // namespace cohort
