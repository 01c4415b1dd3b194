#pragma once

#include <Eigen/Core>

// Eigen's product kernels for the types we use are compiled once (core/matrix_kernels.cpp) and not in every file that
// multiplies matrices: a tenth of a build.
#define COHORT_MATRIX_KERNELS(PREFIX, Scalar)                                                                          \
  PREFIX template struct gebp_kernel<Scalar, Scalar, Index, blas_data_mapper<Scalar, Index, ColMajor, 0, 1>,           \
                                     gebp_traits<Scalar, Scalar>::mr, gebp_traits<Scalar, Scalar>::nr, false, false>;  \
  COHORT_MATRIX_PACKING(PREFIX, Scalar, ColMajor)                                                                      \
  COHORT_MATRIX_PACKING(PREFIX, Scalar, RowMajor)                                                                      \
  PREFIX template struct general_matrix_vector_product<Index, Scalar, const_blas_data_mapper<Scalar, Index, ColMajor>, \
                                                       ColMajor, false, Scalar,                                        \
                                                       const_blas_data_mapper<Scalar, Index, RowMajor>, false, 0>;     \
  PREFIX template struct general_matrix_vector_product<Index, Scalar, const_blas_data_mapper<Scalar, Index, RowMajor>, \
                                                       RowMajor, false, Scalar,                                        \
                                                       const_blas_data_mapper<Scalar, Index, ColMajor>, false, 0>;
#define COHORT_MATRIX_PACKING(PREFIX, Scalar, Order)                                                              \
  PREFIX template struct gemm_pack_lhs<Scalar, Index, const_blas_data_mapper<Scalar, Index, Order>,               \
                                       gebp_traits<Scalar, Scalar>::mr, gebp_traits<Scalar, Scalar>::LhsProgress, \
                                       gebp_traits<Scalar, Scalar>::LhsPacket4Packing, Order, false, false>;      \
  PREFIX template struct gemm_pack_rhs<Scalar, Index, const_blas_data_mapper<Scalar, Index, Order>,               \
                                       gebp_traits<Scalar, Scalar>::nr, Order, false, false>;

namespace Eigen::internal {
COHORT_MATRIX_KERNELS(extern, float)
COHORT_MATRIX_KERNELS(extern, double)
}  // namespace Eigen::internal
