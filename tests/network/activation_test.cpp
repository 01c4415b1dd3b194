#include <cohort/core/errors.hpp>
#include <cohort/network/activation.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cohort::test {
namespace {

template <class Scalar>
using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;

template <class Scalar>
Array<Scalar> value_of(Activation activation, const Array<Scalar>& a) {
  return visit_activation(activation, [&](auto f) -> Array<Scalar> { return f.value(a); });
}

template <class Scalar>
Array<Scalar> slope_of(Activation activation, const Array<Scalar>& h) {
  return visit_activation(activation, [&](auto f) -> Array<Scalar> { return f.slope(h); });
}

/// The definitions, one number at a time.
double defined(Activation activation, double a) {
  switch (activation) {
    case Activation::linear:
      return a;
    case Activation::relu:
      return a > 0 ? a : 0;
    case Activation::retanh:
      return a > 0 ? std::tanh(a) : 0;
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-a));
    case Activation::softplus:
      return a > 30 ? a : std::log1p(std::exp(a));
    case Activation::tanh:
      return std::tanh(a);
  }
  return 0;
}

/// From -8 to 8, many of them, away from the kink at zero.
Array<double> points() { return Array<double>::LinSpaced(1000, -8, 8); }

class Activations : public testing::TestWithParam<std::string> {
 protected:
  Activation activation() const { return activation_from(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(All, Activations, testing::ValuesIn(activation_names()));

TEST_P(Activations, values_are_those_of_the_definition) {
  const Array<double> a = points(), h = value_of<double>(activation(), a);
  for (Index i = 0; i < a.size(); ++i)
    EXPECT_NEAR(h[i], defined(activation(), a[i]), 1e-14 * std::max(1.0, std::abs(h[i]))) << a[i];
}

TEST_P(Activations, slopes_agree_with_finite_differences) {
  const Array<double> a = points();
  constexpr double step = 1e-6;
  const Array<double> slope = slope_of<double>(activation(), value_of<double>(activation(), a));
  const Array<double> difference =
      (value_of<double>(activation(), a + step) - value_of<double>(activation(), a - step)) / (2 * step);
  EXPECT_LE((slope - difference).abs().maxCoeff(), 1e-8);
  EXPECT_GT(slope.maxCoeff(), 0.2);
}

TEST_P(Activations, float_agrees_with_double) {
  const Array<double> a = points(), h = value_of<double>(activation(), a);
  const Array<float> single = value_of<float>(activation(), a.cast<float>());
  EXPECT_LE((single.cast<double>() - h).abs().maxCoeff(), 2e-6);
  const Array<double> slope = slope_of<double>(activation(), h);
  EXPECT_LE((slope_of<float>(activation(), single).cast<double>() - slope).abs().maxCoeff(), 2e-6);
}

template <class Scalar>
void expect_finite_limits(Activation activation) {
  // More than one SIMD vector and a rest, so that every code path sees the extremes.
  for (const double extreme : {-1e4, -100.0, -0.0, 0.0, 100.0, 1e4}) {
    const Array<Scalar> a = Array<Scalar>::Constant(37, static_cast<Scalar>(extreme));
    const Array<Scalar> h = value_of<Scalar>(activation, a), slope = slope_of<Scalar>(activation, h);
    EXPECT_TRUE(h.allFinite()) << extreme;
    EXPECT_TRUE(slope.allFinite()) << extreme;
    EXPECT_LE((h - static_cast<Scalar>(defined(activation, extreme))).abs().maxCoeff(), 1e-6) << extreme;
    EXPECT_GE(slope.minCoeff(), 0) << extreme;
    EXPECT_LE(slope.maxCoeff(), 1) << extreme;
  }
}

TEST_P(Activations, extreme_voltages_give_finite_rates_and_slopes) {
  expect_finite_limits<float>(activation());
  expect_finite_limits<double>(activation());
}

// A network that exploded must not look silent: divergence is found by looking for NaN.
TEST_P(Activations, a_voltage_that_is_no_number_gives_a_rate_that_is_none) {
  const Array<float> nan = Array<float>::Constant(37, std::numeric_limits<float>::quiet_NaN());
  EXPECT_TRUE(value_of<float>(activation(), nan).isNaN().all());
  EXPECT_TRUE(slope_of<float>(activation(), nan).isNaN().all());
  EXPECT_TRUE(value_of<double>(activation(), nan.cast<double>()).isNaN().all());
}

TEST(Activation, slope_of_a_silent_unit_is_zero) {
  for (const Activation activation : {Activation::relu, Activation::retanh})
    EXPECT_TRUE(
        (slope_of<float>(activation, value_of<float>(activation, Array<float>::Constant(20, -0.5F))) == 0).all());
}

TEST(Activation, names_lead_to_activations) {
  EXPECT_EQ(activation_names().size(), 6U);
  EXPECT_EQ(activation_from("relu"), Activation::relu);
  EXPECT_EQ(activation_from("retanh"), Activation::retanh);
  EXPECT_EQ(activation_from("tanh"), Activation::tanh);
  EXPECT_THROW(activation_from("tanhh"), InternalError);
}

}  // namespace
}  // namespace cohort::test
