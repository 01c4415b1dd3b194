#include <cohort/core/matrix_kernels.hpp>

namespace Eigen::internal {
COHORT_MATRIX_KERNELS(, float)
COHORT_MATRIX_KERNELS(, double)
}  // namespace Eigen::internal
