#include <cohort/core/errors.hpp>
#include <cohort/recordings/npy_array.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>

namespace cohort {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class NpyArrayTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() /
                 (std::string("cohort_npy_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string path() const { return (directory_ / "array.npy").string(); }

  void write_bytes(const std::string& bytes) { std::ofstream(path(), std::ios::binary) << bytes; }

  /// A file of format 1.0 as numpy.save writes it.
  void write_array(const std::string& descr, const std::string& shape, const std::string& values,
                   const std::string& fortran_order = "False") {
    const std::string header =
        "{'descr': " + descr + ", 'fortran_order': " + fortran_order + ", 'shape': " + shape + ", }\n";
    write_bytes(std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header + values);
  }

  std::string message() {
    try {
      read_npy(path());
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  }

  std::filesystem::path directory_;
};

std::string bytes_of(std::initializer_list<int> values) { return {values.begin(), values.end()}; }

TEST_F(NpyArrayTest, gives_back_what_was_written) {
  const NpyArray array{{2, 3}, {1, -2.5, 1e300, std::numeric_limits<double>::infinity(), 0, 6}};
  write_npy(path(), array);
  const NpyArray read = read_npy(path());
  EXPECT_EQ(read.shape, array.shape);
  EXPECT_EQ(read.values, array.values);
  EXPECT_EQ((std::filesystem::file_size(path()) - 6 * 8) % 64, 0u);
}

TEST_F(NpyArrayTest, gives_back_whole_numbers) {
  const std::vector<std::int64_t> values{0, -1, 1LL << 40};
  write_npy(path(), {3}, values);
  EXPECT_EQ(read_npy(path()).values, (std::vector<double>{0, -1, 0x1p40}));
  EXPECT_EQ((std::filesystem::file_size(path()) - 3 * 8) % 64, 0u);
}

TEST_F(NpyArrayTest, keeps_scalars_vectors_and_empty_arrays) {
  for (const NpyArray& array : {NpyArray{{}, {3.0}}, NpyArray{{2}, {1, 2}}, NpyArray{{0, 4}, {}}}) {
    write_npy(path(), array);
    EXPECT_EQ(read_npy(path()).shape, array.shape);
    EXPECT_EQ(read_npy(path()).values, array.values);
  }
}

TEST_F(NpyArrayTest, reads_every_integer_type_and_booleans) {
  write_array("'|i1'", "(2,)", bytes_of({0x7f, 0xff}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(127, -1));
  write_array("'|u1'", "(2,)", bytes_of({0x7f, 0xff}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(127, 255));
  write_array("'<i2'", "(1,)", bytes_of({0xfe, 0xff}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(-2));
  write_array("'>u2'", "(1,)", bytes_of({0x01, 0x02}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(258));
  write_array("'>i4'", "(1,)", bytes_of({0xff, 0xff, 0xff, 0xfe}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(-2));
  write_array("'<u4'", "(1,)", bytes_of({0xff, 0xff, 0xff, 0xff}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(4294967295.0));
  write_array("'<i8'", "(1,)", bytes_of({0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(-3));
  write_array("'>u8'", "(1,)", bytes_of({0, 0, 0, 0, 0, 0, 1, 0}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(256));
  write_array("'|b1'", "(2,)", bytes_of({1, 0}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(1, 0));
}

TEST_F(NpyArrayTest, reads_half_single_and_double_in_both_byte_orders) {
  write_array("'<f4'", "(1,)", bytes_of({0x00, 0x00, 0x20, 0xc0}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(-2.5));
  write_array("'>f4'", "(1,)", bytes_of({0xc0, 0x20, 0x00, 0x00}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(-2.5));
  write_array("'>f8'", "(1,)", bytes_of({0x40, 0x04, 0, 0, 0, 0, 0, 0}));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(2.5));
  // 1, -2, largest (65504), smallest subnormal (2^-24), infinity
  write_array("'<f2'", "(5,)", bytes_of({0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x7c}));
  EXPECT_THAT(read_npy(path()).values,
              ElementsAre(1, -2, 65504, std::ldexp(1.0, -24), std::numeric_limits<double>::infinity()));
  write_array("'>f2'", "(2,)", bytes_of({0x7e, 0x00, 0x80, 0x00}));
  EXPECT_TRUE(std::isnan(read_npy(path()).values[0]));
  EXPECT_TRUE(std::signbit(read_npy(path()).values[1]));
}

TEST_F(NpyArrayTest, puts_fortran_order_into_c_order) {
  write_array("'|u1'", "(2, 3)", bytes_of({1, 4, 2, 5, 3, 6}), "True");
  EXPECT_THAT(read_npy(path()).shape, ElementsAre(2, 3));
  EXPECT_THAT(read_npy(path()).values, ElementsAre(1, 2, 3, 4, 5, 6));
  write_array("'|u1'", "(2, 1, 3)", bytes_of({1, 4, 2, 5, 3, 6}), "True");
  EXPECT_THAT(read_npy(path()).values, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(NpyArrayTest, reads_the_long_header_of_format_2) {
  const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }" + std::string(70000, ' ');
  std::string length;
  for (int byte = 0; byte < 4; ++byte) length += static_cast<char>(header.size() >> (8 * byte));
  write_bytes(std::string("\x93NUMPY\x02\x00", 8) + length + header + '\x07');
  EXPECT_THAT(read_npy(path()).values, ElementsAre(7));
}

TEST_F(NpyArrayTest, names_the_file_and_what_is_wrong_with_it) {
  EXPECT_THAT(message(), AllOf(StartsWith(path()), HasSubstr("No such file")));
  write_bytes("PK\x03\x04 this is an archive");
  EXPECT_THAT(message(), AllOf(StartsWith(path()), HasSubstr("not a .npy file")));
  write_bytes("\x93NU");
  EXPECT_THAT(message(), HasSubstr("not a .npy file"));
  write_array("'<f8'", "(2, 2)", std::string(31, '\0'));
  EXPECT_THAT(message(), AllOf(StartsWith(path()), HasSubstr("shape (2, 2) needs 32 bytes of values, it has 31")));
  write_bytes(std::string("\x93NUMPY\x01\x00\x76\x00{'descr'", 18));
  EXPECT_THAT(message(), HasSubstr("ends within its header"));
  write_bytes(std::string("\x93NUMPY\x09\x00\x76\x00{'descr'", 18));
  EXPECT_THAT(message(), HasSubstr("format 9 is unknown"));
}

TEST_F(NpyArrayTest, refuses_types_that_are_no_numbers) {
  for (const std::string descr : {"'|O'", "'<c16'", "'<U5'", "'<f16'", "'<M8[ns]'", "[('a', '<f8'), ('b', '<i4')]"}) {
    write_array(descr, "(1,)", std::string(16, '\0'));
    EXPECT_THAT(message(), AllOf(StartsWith(path()), HasSubstr("cannot be read"), HasSubstr("floats"))) << descr;
  }
}

TEST_F(NpyArrayTest, says_how_to_save_what_was_pickled) {
  write_array("'|O'", "()", "\x80\x03");
  EXPECT_THAT(message(), AllOf(HasSubstr("a .npy file of Python objects cannot be read (a dictionary"),
                               HasSubstr("numpy.save(path, numpy.asarray(rates, dtype=float))")));
}

TEST_F(NpyArrayTest, reads_long_integers_of_python_2) {
  write_array("'|u1'", "(2L,3L)", "abcdef");
  EXPECT_THAT(read_npy(path()).shape, ElementsAre(2, 3));
  write_array("'|u1'", "(6L,)", "abcdef");
  EXPECT_THAT(read_npy(path()).shape, ElementsAre(6));
  write_array("'|u1'", "(LL,)", "abcdef");
  EXPECT_THAT(message(), HasSubstr("damaged .npy file"));
}

TEST_F(NpyArrayTest, knows_how_precise_its_numbers_are) {
  for (const auto& [descr, precision] : std::map<std::string, double>{
           {"'<f2'", 1.0 / 1024}, {"'<f4'", 1.0 / (1 << 23)}, {"'<f8'", 0x1p-52}, {"'<i2'", 0x1p-52}}) {
    write_array(descr, "(1,)", std::string(8, '\0'));
    EXPECT_EQ(read_npy(path()).precision, precision) << descr;
  }
}

TEST_F(NpyArrayTest, refuses_a_pipe_without_waiting_for_its_writer) {
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
  EXPECT_FALSE(is_npy(path()));
  EXPECT_THAT(message(), AllOf(StartsWith(path()), HasSubstr("is a pipe (a file is needed")));
}

TEST_F(NpyArrayTest, refuses_shapes_that_cannot_be) {
  for (const std::string shape : {"(99999999999999999999999,)", "(4294967296, 4294967296, 4294967296)", "(-1,)", "5"}) {
    write_array("'<f8'", shape, std::string(16, '\0'));
    EXPECT_THAT(message(), HasSubstr("damaged .npy file")) << shape;
  }
}

TEST_F(NpyArrayTest, cannot_write_into_a_missing_directory) {
  EXPECT_THROW(write_npy((directory_ / "missing" / "array.npy").string(), {{1}, {1}}), UserError);
  EXPECT_THROW(write_npy(path(), {{2}, {1}}), InternalError);
}

}  // namespace
}  // namespace cohort
