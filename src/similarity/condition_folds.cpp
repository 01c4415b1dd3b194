#include <cohort/similarity/condition_folds.hpp>

#include <cohort/core/errors.hpp>

namespace cohort {

ConditionFolds::ConditionFolds(Index n_conditions, Index n_times, Index n_folds)
    : n_conditions_(n_conditions), n_times_(n_times), n_folds_(n_folds) {
  expects(n_folds >= 2 && n_folds <= n_conditions && n_times > 0, "at least two folds of at least one condition");
}

std::vector<Index> ConditionFolds::samples(Index fold, bool is_test) const {
  std::vector<Index> result;
  for (Index condition = 0; condition < n_conditions_; ++condition) {
    if ((condition % n_folds_ == fold) != is_test) continue;
    for (Index time = 0; time < n_times_; ++time) result.push_back(condition * n_times_ + time);
  }
  return result;
}

}  // namespace cohort
