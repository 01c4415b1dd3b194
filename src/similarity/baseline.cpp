#include <cohort/core/errors.hpp>
#include <cohort/similarity/baseline.hpp>

#include <fmt/format.h>

namespace cohort {
namespace {

/// [n_times x n_units]
MatrixXd mean_over_conditions(const Representation& recording) {
  const Index n_conditions = recording.n_conditions(), n_times = recording.n_times();
  MatrixXd mean = MatrixXd::Zero(n_times, recording.n_units());
  for (Index condition = 0; condition < n_conditions; ++condition)
    mean += recording.values().middleRows(condition * n_times, n_times);
  mean /= static_cast<double>(n_conditions);
  return mean;
}

}  // namespace

Comparability mean_comparability(const Representation& recording) {
  const Index n_conditions = recording.n_conditions();
  if (n_conditions == 0) return Comparability::conditions_unknown;
  if (n_conditions == 1) return Comparability::single_condition;
  const double spread = deviation_norm(mean_over_conditions(recording).replicate(n_conditions, 1));
  return spread > recording.smallest_part() ? Comparability::comparable : Comparability::constant_mean;
}

Representation cross_condition_mean(const Representation& recording) {
  const Comparability comparability = mean_comparability(recording);
  if (comparability != Comparability::comparable && comparability != Comparability::single_condition)
    throw UserError(fmt::format("{} has no cross-condition mean", recording.name()), reason_of(comparability),
                    comparability == Comparability::conditions_unknown
                        ? "Give the recording as [units, time, conditions]."
                        : "Give it without its mean over conditions subtracted.");
  return Representation(mean_over_conditions(recording).replicate(recording.n_conditions(), 1),
                        recording.n_conditions(), "cross-condition mean of " + recording.name(), recording.precision());
}

}  // namespace cohort
