#pragma once

#include <cohort/core/matrix.hpp>

#include <vector>

namespace cohort {

/// Cuts the samples of a representation (condition x time, time fastest) into folds of whole conditions: what is fitted
/// on some conditions is scored on others, and neighbouring times never stand on both sides. Fold f tests conditions f,
/// f + n_folds, f + 2 n_folds, ...
class ConditionFolds {
 public:
  /// Throws InternalError unless 2 <= n_folds <= n_conditions.
  ConditionFolds(Index n_conditions, Index n_times, Index n_folds);
  /// Every condition is left out once.
  ConditionFolds(Index n_conditions, Index n_times) : ConditionFolds(n_conditions, n_times, n_conditions) {}

  Index n_folds() const { return n_folds_; }
  /// Samples to fit on and to score, in their order.
  std::vector<Index> train(Index fold) const { return samples(fold, false); }
  std::vector<Index> test(Index fold) const { return samples(fold, true); }

 private:
  std::vector<Index> samples(Index fold, bool is_test) const;

  Index n_conditions_, n_times_, n_folds_;
};

}  // namespace cohort
