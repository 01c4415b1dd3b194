#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/recordings/trial_cut.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace cohort {

/// Steps of one trial, around its event.
struct TrialSteps {
  double from_ms = 0, step_ms = 0;
  Index n = 0;
};

/// What units did all through a session.
class NwbActivity {
 public:
  virtual ~NwbActivity() = default;

  virtual Index n_units() const = 0;
  /// Of a trial, when it is cut so. Throws UserError when there are no such steps.
  virtual double step_ms(const TrialCut& cut) const = 0;
  /// See NpyArray::precision.
  virtual double precision() const = 0;
  /// [n_units x n_steps] around `event`, s; NaN for a unit that was not observed. None when no unit was.
  virtual std::optional<MatrixXd> trial(double event, const TrialSteps& steps) const = 0;
  /// "12 units, 3402 spikes from 0.1 to 93.2 s"
  virtual std::string text() const = 0;
};

}  // namespace cohort
