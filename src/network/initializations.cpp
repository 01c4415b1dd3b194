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

const Registry<Initialization>& initializations() {
  static const Registry<Initialization> table("initialization", {
                                                                    registry_entry<Diagonal, Initialization>(),
                                                                    registry_entry<Gaussian, Initialization>(),
                                                                    registry_entry<GlorotNormal, Initialization>(),
                                                                    registry_entry<GlorotUniform, Initialization>(),
                                                                    registry_entry<HeNormal, Initialization>(),
                                                                    registry_entry<HeUniform, Initialization>(),
                                                                    registry_entry<LowRank, Initialization>(),
                                                                    registry_entry<Orthogonal, Initialization>(),
                                                                    registry_entry<Uniform, Initialization>(),
                                                                });
  return table;
}

}  // namespace cohort
