#include <cohort/similarity/cca.hpp>
#include <cohort/similarity/cka.hpp>
#include <cohort/similarity/dsa.hpp>
#include <cohort/similarity/linear_predictivity.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/permutation.hpp>
#include <cohort/similarity/procrustes.hpp>
#include <cohort/similarity/pwcca.hpp>
#include <cohort/similarity/rsa.hpp>
#include <cohort/similarity/shape_metric.hpp>
#include <cohort/similarity/svcca.hpp>

namespace cohort {

const Registry<Measure>& measures() {
  static const Registry<Measure> table("measure", {
                                                      registry_entry<Cca, Measure>(),
                                                      registry_entry<Cka, Measure>(),
                                                      registry_entry<Dsa, Measure>(),
                                                      registry_entry<LinearPredictivity, Measure>(),
                                                      registry_entry<Permutation, Measure>(),
                                                      registry_entry<Procrustes, Measure>(),
                                                      registry_entry<Pwcca, Measure>(),
                                                      registry_entry<Rsa, Measure>(),
                                                      registry_entry<ShapeMetric, Measure>(),
                                                      registry_entry<Svcca, Measure>(),
                                                  });
  return table;
}

}  // namespace cohort
