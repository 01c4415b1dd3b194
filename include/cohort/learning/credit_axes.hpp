#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/error_feedback.hpp>
#include <cohort/network/recurrent_credit.hpp>

namespace cohort {

/// Through which weights a rule lets credit flow from a unit to those that drove it.
enum class RecurrentPath {
  cell_type,  ///< averages of the true weights over pairs of cell types (Liu et al. 2021, 2022)
  full,       ///< the true weights
  none,       ///< no weights: each unit's own leak only
  random,     ///< fixed random weights, N(0, 1/N)
  self        ///< each unit's connection to itself
};

/// A point of the credit family: every temporal rule with neuron-local traces is the backward pass of the cell with
/// some of the Jacobian switched off. A named rule of the family is this plain struct, made from its parameters.
struct CreditAxes {
  FeedbackAxis feedback{};
  RecurrentPath path = RecurrentPath::full;
  CreditHops hops = CreditHops::all;  ///< through how many connections credit flows
  Index n_types = 1;                  ///< RecurrentPath::cell_type: types of excitatory, and of inhibitory units
  double slope = 0;                   ///< used for f' on the way through connections when positive
  Index horizon = 0;                  ///< cut that way every so many steps, counted from the last; 0 never
  Index every = 0;                    ///< steps between two updates within a trial; 0 updates at its end

  /// Appends the parameter `every` to a rule's description.
  static void describe_schedule(Description& description);
};

}  // namespace cohort
