#include <cohort/network/initializations.hpp>

#include <cohort/network/diagonal.hpp>
#include <cohort/network/gaussian.hpp>
#include <cohort/network/glorot_normal.hpp>
#include <cohort/network/glorot_uniform.hpp>
#include <cohort/network/he_normal.hpp>
#include <cohort/network/he_uniform.hpp>
#include <cohort/network/low_rank.hpp>
#include <cohort/network/orthogonal.hpp>
#include <cohort/network/uniform.hpp>

namespace cohort {
namespace {

/// The table line of an initialization, with what all of them can do.
template <class Class>
Registry<Initialization>::Entry entry() {
  auto result = registry_entry<Class, Initialization>();
  result.description.parameters.push_back(
      ParameterInfo::number(
          "radius", 0, 0, 1e6, "1",
          "spectral radius to which each recurrent matrix is scaled, as units feel it (after Dale's law, "
          "sparsity and rank); 0: as drawn")
          .later());
  result.make = [](const Parameters& parameters) {
    std::unique_ptr<Initialization> made = std::make_unique<Class>(parameters);
    made->scale_to(parameters.number("radius"));
    return made;
  };
  return result;
}

}  // namespace

const Registry<Initialization>& initializations() {
  static const Registry<Initialization> table("initialization", {
                                                                    entry<Diagonal>(),
                                                                    entry<Gaussian>(),
                                                                    entry<GlorotNormal>(),
                                                                    entry<GlorotUniform>(),
                                                                    entry<HeNormal>(),
                                                                    entry<HeUniform>(),
                                                                    entry<LowRank>(),
                                                                    entry<Orthogonal>(),
                                                                    entry<Uniform>(),
                                                                });
  return table;
}

}  // namespace cohort
