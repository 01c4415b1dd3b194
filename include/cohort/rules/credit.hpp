#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_axes.hpp>

namespace cohort {

/// The credit family with every axis as a parameter: for points that have no name of their own. The default is BPTT.
struct Credit {
  static Description description();
  static CreditAxes axes(const Parameters& parameters);
};

}  // namespace cohort
