#include <cohort/similarity/dsa.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/procrustes.hpp>

namespace cohort {

const Registry<Measure>& measures() {
  static const Registry<Measure> table("measure", {
                                                      registry_entry<Dsa, Measure>(),
                                                      registry_entry<Procrustes, Measure>(),
                                                  });
  return table;
}

}  // namespace cohort
