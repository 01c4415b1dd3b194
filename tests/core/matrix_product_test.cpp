#include <cohort/core/matrix_product.hpp>

#include <gtest/gtest.h>

namespace cohort {
namespace {

template <class Scalar>
class MatrixProduct : public testing::Test {
 protected:
  static PaddedMatrix<Scalar> random(Index rows, Index cols) {
    PaddedMatrix<Scalar> result(rows, cols);
    result.matrix() = Matrix<Scalar>::Random(rows, cols);
    return result;
  }
  static double tolerance() { return sizeof(Scalar) == 4 ? 1e-4 : 1e-12; }
};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(MatrixProduct, Scalars);

// Sizes around every tile boundary of both instruction sets.
TYPED_TEST(MatrixProduct, multiply_agrees_with_eigen_for_every_edge) {
  using Scalar = TypeParam;
  for (const Index rows : {1, 7, 8, 16, 17, 31, 48, 49, 64, 65, 100, 113}) {
    for (const Index columns : {1, 3, 4, 7, 8, 9, 13, 16, 21}) {
      const Matrix<Scalar> weights = Matrix<Scalar>::Random(rows, 19);
      const Vector<Scalar> scale = Vector<Scalar>::Random(rows);
      PackedMatrix<Scalar> packed(rows, 19);
      packed.pack(weights, scale);
      const auto in = this->random(19, columns);
      auto out = this->random(rows, columns);
      const Matrix<Scalar> before = out.matrix();
      const Matrix<Scalar> expected = scale.asDiagonal() * weights * in.matrix();
      multiply(packed, in.column(0), in.stride(), columns, out.column(0), out.stride(), Write::add);
      EXPECT_LT((out.matrix() - before - expected).cwiseAbs().maxCoeff(), this->tolerance());
      multiply(packed, in.column(0), in.stride(), columns, out.column(0), out.stride(), Write::replace);
      EXPECT_LT((out.matrix() - expected).cwiseAbs().maxCoeff(), this->tolerance());
      packed.pack_transposed(weights.transpose().eval(), Vector<Scalar>::Ones(1));
      multiply(packed, in.column(0), in.stride(), columns, out.column(0), out.stride(), Write::replace);
      EXPECT_LT((out.matrix() - weights * in.matrix()).cwiseAbs().maxCoeff(), this->tolerance());
    }
  }
}

TYPED_TEST(MatrixProduct, one_column_does_not_depend_on_its_neighbours) {
  using Scalar = TypeParam;
  const Matrix<Scalar> weights = Matrix<Scalar>::Random(50, 33);
  PackedMatrix<Scalar> packed(50, 33);
  packed.pack(weights, Vector<Scalar>::Ones(1));
  const auto in = this->random(33, 13);
  PaddedMatrix<Scalar> all(50, 13), one(50, 1);
  multiply(packed, in.column(0), in.stride(), 13, all.column(0), all.stride(), Write::replace);
  for (Index c = 0; c < 13; ++c) {
    multiply(packed, in.column(c), in.stride(), 1, one.column(0), one.stride(), Write::replace);
    EXPECT_EQ(all.matrix().col(c), one.matrix().col(0)) << "column " << c;
  }
}

TYPED_TEST(MatrixProduct, outer_products_agree_with_eigen) {
  using Scalar = TypeParam;
  for (const Index n_left : {5, 16, 50, 97}) {
    for (const Index n_right : {1, 3, 8, 9, 50}) {
      for (const Index columns : {1, 127, 128, 300}) {
        const auto left = this->random(n_left, columns);
        const auto right = this->random(n_right, columns);
        PaddedMatrix<Scalar> out(n_left, n_right);
        const Matrix<Scalar> before = Matrix<Scalar>::Random(n_left, n_right);
        out.matrix() = before;
        add_outer_products(left.column(0), left.stride(), n_left, right.column(0), right.stride(), n_right, columns,
                           out.column(0), out.stride());
        const Matrix<Scalar> expected = before + left.matrix() * right.matrix().transpose();
        EXPECT_LT((out.matrix() - expected).cwiseAbs().maxCoeff(), this->tolerance() * 10);
      }
    }
  }
}

TYPED_TEST(MatrixProduct, few_rows_agree_with_eigen) {
  using Scalar = TypeParam;
  for (const Index n_rows : {1, 2, 3, 4, 5, 9}) {
    const auto rows = this->random(37, n_rows);
    const auto in = this->random(37, 11);
    Matrix<Scalar> out(n_rows, 11);
    multiply_few_rows(rows, in.column(0), in.stride(), 11, out.data(), n_rows);
    EXPECT_LT((out - rows.matrix().transpose() * in.matrix()).cwiseAbs().maxCoeff(), this->tolerance());
  }
}

TEST(PaddedMatrix, columns_start_on_cache_lines_off_powers_of_two) {
  for (const Index rows : {1, 16, 100, 256, 512}) {
    const PaddedMatrix<float> matrix(rows, 2);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(matrix.column(1)) % 64, 0u);
    EXPECT_NE(matrix.stride() * sizeof(float) % 1024, 0u);
  }
}

}  // namespace
}  // namespace cohort
