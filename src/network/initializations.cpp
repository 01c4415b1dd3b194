#include <cohort/network/initializations.hpp>

#include <cohort/network/gaussian.hpp>
#include <cohort/network/orthogonal.hpp>

namespace cohort {

const Registry<Initialization>& initializations() {
  static const Registry<Initialization> table("initialization", {
      registry_entry<Gaussian, Initialization>(),
      registry_entry<Orthogonal, Initialization>(),
  });
  return table;
}

}  // namespace cohort
