#include <cohort/core/matrix.hpp>
#include <cohort/network/vector_tanh.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cohort::test {
namespace {

using Array = Eigen::Array<double, Eigen::Dynamic, 1>;

Array vector_tanh(const Array& x) { return x.unaryExpr(VectorTanh<double>()); }

double largest_error(const Array& x) {
  const Array found = vector_tanh(x);
  double largest = 0;
  for (Index i = 0; i < x.size(); ++i) {
    const long double exact = std::tanh(static_cast<long double>(x[i]));
    const double unit = std::nextafter(std::abs(static_cast<double>(exact)), 2) - std::abs(static_cast<double>(exact));
    largest = std::max(largest, static_cast<double>(std::abs(found[i] - exact)) / unit);
  }
  return largest;
}

TEST(VectorTanh, is_right_to_two_roundings_everywhere) {
  EXPECT_LE(largest_error(Array::LinSpaced(200001, -25, 25)), 2);
  EXPECT_LE(largest_error(Array::LinSpaced(200001, 0.6, 0.65)), 2);  // where the two formulas meet
  Array small(600);
  for (Index i = 0; i < small.size(); ++i) small[i] = std::pow(10.0, -static_cast<double>(i) / 2);
  EXPECT_LE(largest_error(small), 2);
  EXPECT_GT(largest_error(Array::LinSpaced(1001, -25, 25)), 0.1) << "a unit in the last place is a strict measure";
}

TEST(VectorTanh, is_odd_and_knows_the_limits) {
  const double infinity = std::numeric_limits<double>::infinity();
  Array x(16);
  x << 0.0, -0.0, 1e-320, -1e-320, 20, -20, 400, -400, 1e300, -1e300, infinity, -infinity, 0.625, -0.625, 1e-8, -1e-8;
  const Array found = vector_tanh(x);
  for (Index i = 0; i < x.size(); i += 2) {
    EXPECT_EQ(found[i], -found[i + 1]) << x[i];
    EXPECT_EQ(std::signbit(found[i + 1]), true) << x[i];
  }
  EXPECT_EQ(found[0], 0);
  EXPECT_EQ(found[4], 1);
  EXPECT_EQ(found[10], 1);
  EXPECT_TRUE(vector_tanh(Array::Constant(16, std::nan(""))).isNaN().all());
}

}  // namespace
}  // namespace cohort::test
