#pragma once

#include <cohort/core/index.hpp>
#include <cohort/network/parameter_set.hpp>
#include <cohort/tasks/trial_batch.hpp>

namespace cohort {

/// A term of the loss that asks for more than a forward pass: for the dynamics of the network on the trials of an
/// update.
template <class Scalar>
class NetworkTerm {
 public:
  virtual ~NetworkTerm() = default;

  /// Does it take part in this update (0-based)?
  virtual bool is_due(Index update) const = 0;
  /// Is it all that this update follows? Only of updates in which it is due.
  virtual bool is_alone(Index update) const = 0;

  /// Adds its gradient at `parameters` and returns what it is worth.
  virtual double add_gradient(const ParameterSet<Scalar>& parameters, const TrialBatch<Scalar>& trials,
                              ParameterSet<Scalar>& gradient) = 0;
};

}  // namespace cohort
