#include <cohort/core/errors.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/representation.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace cohort {
namespace {

using testing::HasSubstr;

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Representation, orders_samples_condition_by_condition_time_fastest) {
  // 2 units, 3 times, 2 conditions; value = 100 unit + 10 time + condition.
  const NpyArray array{{2, 3, 2}, {0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121}};
  const Representation recording = representation_of(recording_from(array, "recording"));
  const MatrixXd expected{{0, 100}, {10, 110}, {20, 120}, {1, 101}, {11, 111}, {21, 121}};
  EXPECT_EQ(recording.values(), expected);
  EXPECT_EQ(recording.n_conditions(), 2);
  EXPECT_EQ(recording.n_times(), 3);
}

TEST(Representation, takes_samples_by_units_as_they_are) {
  const Representation recording = representation_of(recording_from({{3, 2}, {1, 2, 3, 4, 5, 6}}, "recording"));
  EXPECT_EQ(recording.values(), (MatrixXd{{1, 2}, {3, 4}, {5, 6}}));
  EXPECT_EQ(recording.n_conditions(), 0);
  EXPECT_EQ(recording.n_times(), 0);
}

TEST(Representation, refuses_what_cannot_be_compared) {
  const MatrixXd good{{1, 2}, {3, 4}, {5, 7}};
  MatrixXd broken = good;
  broken(1, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(message_of([&] { Representation(broken, 0, "a.npy"); }),
              HasSubstr("a.npy cannot be compared (it holds NaN"));
  broken(1, 1) = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(Representation::is_comparable(broken));
  // 0.1 has no exact mean: a constant is a constant up to rounding.
  const MatrixXd constant = MatrixXd::Constant(1000, 3, 0.1);
  EXPECT_THAT(message_of([&] { Representation{constant}; }), HasSubstr("constant over all samples"));
  EXPECT_FALSE(Representation::is_comparable(constant));
  EXPECT_FALSE(Representation::is_comparable(MatrixXd::Zero(5, 2)));
  EXPECT_THAT(message_of([&] { Representation(good, 2); }), HasSubstr("cut into 2 conditions"));
  EXPECT_THAT(message_of([] { Representation(MatrixXd(0, 4)); }), HasSubstr("0 samples of 4 units"));
  EXPECT_THAT(message_of([] { recording_from({{4}, {1, 2, 3, 4}}, "v.npy"); }), HasSubstr("v.npy is no recording"));
  EXPECT_TRUE(Representation::is_comparable(good));
}

TEST(Representation, decides_beside_the_precision_of_what_was_stored) {
  // Ten numbers around 1 that differ by 1e-6: signal in double precision, rounding in single.
  const MatrixXd values = (1 + 1e-6 * VectorXd::LinSpaced(10, -1, 1).array()).matrix();
  EXPECT_EQ(Representation::comparability(values), Comparability::comparable);
  EXPECT_EQ(Representation::comparability(values, std::numeric_limits<float>::epsilon()), Comparability::constant);
}

TEST(Representation, decides_the_same_at_every_scale) {
  RandomStream stream("test", "scale", 1);
  const MatrixXd good = MatrixXd::NullaryExpr(20, 3, [&] { return stream.normal(); });
  for (const double scale : {1e-300, 1e-200, 1e-10, 1.0, 1e10, 1e200, 1e300}) {
    EXPECT_EQ(Representation::comparability(scale * good), Comparability::comparable) << scale;
    EXPECT_EQ(Representation::comparability(MatrixXd::Constant(20, 3, scale)), Comparability::constant) << scale;
    EXPECT_NEAR(deviation_norm(scale * good) / scale, centred(good).norm(), 1e-12) << scale;
    EXPECT_NEAR(Representation(scale * good).smallest_part() / scale, 1e-6 * centred(good).norm(), 1e-12) << scale;
  }
}

TEST(Representation, takes_off_an_offset_that_would_eat_digits) {
  RandomStream stream("test", "offset", 1);
  // Multiples of 1/64: exact beside 1e13, whose neighbours are 1/512 apart.
  const MatrixXd good = MatrixXd::NullaryExpr(200, 3, [&] { return std::round(64 * 100 * stream.normal()) / 64; });
  const Representation offset(good.array() + 1e13);
  EXPECT_LT((offset.values() - centred(good)).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_EQ(Representation(good.array() + 1000).values(), MatrixXd(good.array() + 1000)) << "a usual offset stays";
  EXPECT_EQ(Representation::comparability(1e-2 * good.array() + 1e13), Comparability::constant);
}

TEST(Representation, scaling_by_powers_of_two_changes_no_digit) {
  const MatrixXd values{{3e-310, 1.7e-308}, {0, -2.5e-309}};
  const ScaledMatrix small = scaled(values);
  EXPECT_GE(small.values.cwiseAbs().maxCoeff(), 0.5);
  EXPECT_LT(small.values.cwiseAbs().maxCoeff(), 1);
  EXPECT_EQ(std::ldexp(small.values(0, 0), small.exponent), 3e-310);
  EXPECT_EQ(scaled(MatrixXd::Zero(2, 2)).exponent, 0);
  EXPECT_EQ(scaled(MatrixXd::Constant(1, 1, 1e308)).exponent, 1024);
}

TEST(Comparability, has_a_name_and_a_reason_for_every_code) {
  const auto last = static_cast<std::size_t>(Comparability::repeated_conditions);
  ASSERT_EQ(comparability_names().size(), last + 1);
  for (std::size_t code = 0; code <= last; ++code) {
    EXPECT_EQ(comparability_names()[code].find(' '), std::string::npos);
    EXPECT_EQ(reason_of(static_cast<Comparability>(code)).empty(), code == 1);
  }
}

}  // namespace
}  // namespace cohort
