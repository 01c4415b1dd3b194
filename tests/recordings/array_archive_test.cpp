#include <cohort/recordings/array_archive.hpp>

#include <support/errors.hpp>
#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

namespace cohort::test {
namespace {

using testing::HasSubstr;

TEST(ArrayArchive, reads_a_folder_of_npy_files) {
  const TemporaryDirectory directory;
  write_npy(directory.path("a.npy"), {{2, 2}, {1, 2, 3, 4}});
  const auto archive = open_array_archive(directory.path());
  EXPECT_TRUE(archive->has("a"));
  EXPECT_FALSE(archive->has("b"));
  EXPECT_EQ(archive->read("a").values, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(archive->path_of("a"), directory.path("a.npy"));
  EXPECT_THAT(user_error([&] { archive->read("b"); }), HasSubstr("b.npy: cannot be opened"));
}

TEST(ArrayArchive, finite_arrays_hold_no_nan) {
  const TemporaryDirectory directory;
  write_npy(directory.path("a.npy"), {{2}, {1, std::numeric_limits<double>::quiet_NaN()}});
  const auto archive = open_array_archive(directory.path());
  EXPECT_EQ(archive->read("a").size(), 2U);
  EXPECT_THAT(user_error([&] { archive->read_finite("a"); }), HasSubstr("a.npy holds a NaN or an infinity"));
}

TEST(ArrayArchive, what_cannot_be_opened_is_told) {
  const TemporaryDirectory directory;
  EXPECT_EQ(user_error([] { open_array_archive("nowhere"); }), "nowhere: there is no such folder or file");
  std::ofstream(directory.path("text")) << "notes";
  EXPECT_THAT(user_error([&] { open_array_archive(directory.path("text")); }),
              HasSubstr("text: cannot be read as arrays (it is no HDF5 file)"));
}

}  // namespace
}  // namespace cohort::test
