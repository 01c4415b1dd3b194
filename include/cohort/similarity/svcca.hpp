#pragma once

#include <cohort/similarity/cca.hpp>

namespace cohort {

/// Canonical correlations of the first principal components alone, see Cca (Raghu et al. 2017, arXiv:1706.05806).
class Svcca final : public Cca {
 public:
  static Description description();

  explicit Svcca(const Parameters& parameters);
};

}  // namespace cohort
