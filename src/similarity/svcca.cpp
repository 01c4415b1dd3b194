#include <cohort/similarity/svcca.hpp>

namespace cohort {

Description Svcca::description() {
  Description d;
  d.name = "svcca";
  d.version = 2;  // another order of sums
  d.summary = "1 - mean canonical correlation of the first principal components";
  d.equation =
      "1 − Σρ / k, ρ = singular values of QxᵀQy, Q the scores of the first components, k the smaller number of them. "
      "Symmetric, in [0, 1], no metric. Test vector: X = [1; −1; 0], Y = [1; 0; −1]: 1/2";
  d.reference = "Raghu et al. 2017, arXiv:1706.05806";
  d.parameters = {
      ParameterInfo::number("variance", 0.99, 1e-6, 1, "1", "part of the variance that the components kept explain"),
      ParameterInfo::integer("components", 0, 0, 1'000'000, "components", "how many are kept instead; 0: by variance")};
  return d;
}

Svcca::Svcca(const Parameters& parameters)
    : Cca(parameters.number("variance"), static_cast<Index>(parameters.integer("components"))) {}

}  // namespace cohort
