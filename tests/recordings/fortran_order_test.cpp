#include <cohort/recordings/fortran_order.hpp>

#include <gmock/gmock.h>

namespace cohort::test {
namespace {

using testing::ElementsAre;

TEST(FortranOrder, has_the_first_index_fastest) {
  // A(i, j, k) = 100 i + 10 j + k, with 2 x 3 x 2 values as MATLAB keeps them.
  NpyArray array{{2, 3, 2}, {}};
  for (int k = 0; k < 2; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i) array.values.push_back(100 * i + 10 * j + k);
  EXPECT_THAT(from_fortran_order(array).values, ElementsAre(0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121));
}

TEST(FortranOrder, of_one_axis_or_of_nothing_is_as_it_was) {
  EXPECT_THAT(from_fortran_order({{3}, {1, 2, 3}}).values, ElementsAre(1, 2, 3));
  EXPECT_TRUE(from_fortran_order({{0, 3}, {}}).values.empty());
}

}  // namespace
}  // namespace cohort::test
