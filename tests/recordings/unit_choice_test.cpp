#include <cohort/recordings/unit_choice.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>

#include <cmath>

namespace cohort::test {
namespace {

using testing::HasSubstr;

MatrixXd rates() {
  MatrixXd values(4, 3);
  values << 0, 1, 4,  //
      0, 4, 4,        //
      1, 9, 4,        //
      1, 16, 4;
  return values;
}

TEST(UnitChoice, of_everything_changes_nothing) { EXPECT_EQ(chosen_units(rates(), {}), rates()); }

TEST(UnitChoice, leaves_slow_units_out) {
  UnitChoice choice;
  choice.minimum_rate = 1;
  EXPECT_EQ(chosen_units(rates(), choice), rates().rightCols(2));
  choice.minimum_rate = 8;
  EXPECT_THAT(user_error([&] { chosen_units(rates(), choice); }),
              HasSubstr("no unit is left (the largest mean is 7.5"));
}

TEST(UnitChoice, takes_roots_before_it_normalizes) {
  UnitChoice choice;
  choice.square_root = true;
  choice.soft_normalize = 2;
  const MatrixXd result = chosen_units(rates(), choice);
  EXPECT_NEAR(result(3, 1), 4.0 / (3 + 2), 1e-15);
  EXPECT_NEAR(result(0, 2), 2.0 / (0 + 2), 1e-15);
  EXPECT_THAT(user_error([&] { chosen_units(-rates(), choice); }), HasSubstr("no square root"));
}

TEST(UnitChoice, gives_z_scores_of_units_that_change) {
  UnitChoice choice;
  choice.z_score = true;
  const MatrixXd result = chosen_units(rates(), choice);
  ASSERT_EQ(result.cols(), 2);
  for (Index unit = 0; unit < 2; ++unit) {
    EXPECT_NEAR(result.col(unit).mean(), 0, 1e-15);
    EXPECT_NEAR(result.col(unit).squaredNorm() / 3, 1, 1e-14);
  }
  EXPECT_THAT(user_error([&] { chosen_units(MatrixXd::Ones(4, 2), choice); }), HasSubstr("none of them changes"));
}

TEST(UnitChoice, keeps_principal_components) {
  // Along (1, 1) it varies by 2, across by 0.1.
  MatrixXd values(4, 2);
  values << 2, 2, -2, -2, 0.1, -0.1, -0.1, 0.1;
  UnitChoice choice;
  choice.components = 1;
  const MatrixXd result = chosen_units(values, choice);
  ASSERT_EQ(result.cols(), 1);
  EXPECT_NEAR(result(0, 0), std::sqrt(8.0), 1e-12);
  EXPECT_NEAR(result(2, 0), 0, 1e-12);
  choice.components = 3;
  EXPECT_THAT(user_error([&] { chosen_units(values, choice); }), HasSubstr("there are no 3 components"));
}

}  // namespace
}  // namespace cohort::test
