#include <cohort/core/errors.hpp>
#include <cohort/similarity/representation.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace cohort
