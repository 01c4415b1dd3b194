#include <cohort/core/errors.hpp>
#include <cohort/similarity/baseline.hpp>

#include <fmt/format.h>

namespace cohort {

Representation cross_condition_mean(const Representation& recording) {
  const Index n_conditions = recording.n_conditions(), n_times = recording.n_times();
  if (n_conditions == 0)
    throw UserError(fmt::format("{} has no cross-condition mean", recording.name()), "its conditions are unknown",
                    "Give the recording as [units, time, conditions].");
  MatrixXd mean = MatrixXd::Zero(n_times, recording.n_units());
  for (Index condition = 0; condition < n_conditions; ++condition)
    mean += recording.values().middleRows(condition * n_times, n_times);
  mean /= static_cast<double>(n_conditions);
  return Representation(mean.replicate(n_conditions, 1), n_conditions, "cross-condition mean of " + recording.name());
}

}  // namespace cohort
