#include <cohort/learning/optimizers.hpp>

#include <cohort/learning/adam.hpp>
#include <cohort/learning/adamw.hpp>
#include <cohort/learning/rmsprop.hpp>
#include <cohort/learning/sgd.hpp>

namespace cohort {

template <class Scalar>
const Registry<Optimizer<Scalar>>& optimizers() {
  static const Registry<Optimizer<Scalar>> table("optimizer", {
                                                                  registry_entry<Adam<Scalar>, Optimizer<Scalar>>(),
                                                                  registry_entry<AdamW<Scalar>, Optimizer<Scalar>>(),
                                                                  registry_entry<RmsProp<Scalar>, Optimizer<Scalar>>(),
                                                                  registry_entry<Sgd<Scalar>, Optimizer<Scalar>>(),
                                                              });
  return table;
}

template const Registry<Optimizer<float>>& optimizers<float>();
template const Registry<Optimizer<double>>& optimizers<double>();

}  // namespace cohort
