#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_axes.hpp>

namespace cohort {

/// Feedback alignment of the readout (Lillicrap et al. 2016; in recurrent networks Liu, Yang & Cueva 2025): BPTT, but
/// errors reach the units through weights that are not the readout's.
struct FeedbackAlignment {
  static Description description();
  static CreditAxes axes(const Parameters& parameters);
};

}  // namespace cohort
