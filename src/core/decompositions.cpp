#include <cohort/core/decompositions.hpp>

namespace Eigen {
COHORT_DECOMPOSITIONS()
}  // namespace Eigen
