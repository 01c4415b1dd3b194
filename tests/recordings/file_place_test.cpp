#include <cohort/recordings/file_place.hpp>

#include <support/temporary_directory.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

TEST(FilePlace, ends_where_the_file_does) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("a.mat", "MATLAB and more");
  EXPECT_EQ(file_place(file)->file, file);
  EXPECT_EQ(file_place(file)->inside, "");
  EXPECT_EQ(file_place(file + "/day/rates")->file, file);
  EXPECT_EQ(file_place(file + "/day/rates")->inside, "day/rates");
  EXPECT_FALSE(file_place(directory.path("b.mat")));
  EXPECT_FALSE(file_place(""));
}

TEST(FilePlace, knows_how_the_file_begins) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("a.mat", "MATLAB");
  EXPECT_TRUE(file_starts_with(file + "/x", "MATLAB"));
  EXPECT_FALSE(file_starts_with(file, "MATLAB 5"));
  EXPECT_FALSE(file_starts_with(directory.path("none"), ""));
}

}  // namespace
}  // namespace cohort::test
