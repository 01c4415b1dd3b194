#include <cohort/learning/regularizers.hpp>

#include <cohort/learning/activity_penalty.hpp>
#include <cohort/learning/l2.hpp>
#include <cohort/learning/rate_penalty.hpp>

namespace cohort {

template <class Scalar>
const Registry<Regularizer<Scalar>>& regularizers() {
  static const Registry<Regularizer<Scalar>> table("regularizer",
                                                   {
                                                       registry_entry<ActivityPenalty<Scalar>, Regularizer<Scalar>>(),
                                                       registry_entry<L2<Scalar>, Regularizer<Scalar>>(),
                                                       registry_entry<RatePenalty<Scalar>, Regularizer<Scalar>>(),
                                                   });
  return table;
}

template const Registry<Regularizer<float>>& regularizers<float>();
template const Registry<Regularizer<double>>& regularizers<double>();

}  // namespace cohort
