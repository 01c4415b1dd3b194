#include <cohort/recordings/hdf5_archive.hpp>
#include <cohort/recordings/hdf5_handle.hpp>

#include <support/errors.hpp>
#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <vector>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using Shape = std::vector<hsize_t>;

Hdf5Handle simple_space(const Shape& shape) {
  return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, "make a shape"};
}

/// As h5py stores booleans: an enumeration of two bytes, FALSE and TRUE.
Hdf5Handle boolean_type() {
  Hdf5Handle type(H5Tenum_create(H5T_NATIVE_INT8), H5Tclose, "make a type");
  const std::int8_t no = 0, yes = 1;
  checked(H5Tenum_insert(type, "FALSE", &no), "name a value");
  checked(H5Tenum_insert(type, "TRUE", &yes), "name a value");
  return type;
}

/// Written as another program would: through HDF5 alone, by nothing of ours but the checks of its return codes.
class Hdf5File {
 public:
  explicit Hdf5File(const std::string& path)
      : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose, "make a file") {}

  void add_group(const char* name) {
    const Hdf5Handle group(H5Gcreate2(file_, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, "make a group");
  }

  /// `stored` is the type in the file, `given` that of `values`.
  void add(const char* name, hid_t stored, const Hdf5Handle& space, hid_t given = H5I_INVALID_HID,
           const void* values = nullptr, hid_t layout = H5P_DEFAULT) {
    const Hdf5Handle dataset(H5Dcreate2(file_, name, stored, space, H5P_DEFAULT, layout, H5P_DEFAULT), H5Dclose,
                             "make a dataset");
    if (values != nullptr) checked(H5Dwrite(dataset, given, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write");
  }

  void add_doubles(const char* name, hid_t stored, const Shape& shape, const std::vector<double>& values) {
    add(name, stored, simple_space(shape), H5T_NATIVE_DOUBLE, values.data());
  }

 private:
  Hdf5Handle file_;
};

class Hdf5ArchiveTest : public testing::Test {
 protected:
  void SetUp() override { prepare_hdf5(); }

  std::string path() const { return directory_.path("arrays.h5"); }
  NpyArray read(const std::string& name) const { return open_hdf5_archive(path())->read(name); }
  std::string refusal_of(const std::string& name) const {
    const auto archive = open_hdf5_archive(path());
    return user_error([&] { archive->read(name); });
  }

  TemporaryDirectory directory_;
};

TEST_F(Hdf5ArchiveTest, reads_floats_of_every_size_and_byte_order) {
  const std::vector<double> values{1, -2.5, 0, 1024, -0.125, 3};
  {
    Hdf5File file(path());
    file.add_doubles("f64", H5T_IEEE_F64LE, {2, 3}, values);
    file.add_doubles("f64_big", H5T_IEEE_F64BE, {2, 3}, values);
    file.add_doubles("f32", H5T_IEEE_F32LE, {3, 2}, values);
    file.add_doubles("f32_big", H5T_IEEE_F32BE, {6}, values);
  }
  for (const std::string name : {"f64", "f64_big", "f32", "f32_big"}) EXPECT_EQ(read(name).values, values) << name;
  EXPECT_THAT(read("f64").shape, ElementsAre(2, 3));
  EXPECT_THAT(read("f32").shape, ElementsAre(3, 2));
  EXPECT_THAT(read("f32_big").shape, ElementsAre(6));
}

TEST_F(Hdf5ArchiveTest, keeps_values_that_are_not_finite_but_refuses_them_where_asked) {
  const double infinity = std::numeric_limits<double>::infinity();
  Hdf5File(path()).add_doubles("gain", H5T_IEEE_F32LE, {2}, {-infinity, 1});
  const auto archive = open_hdf5_archive(path());
  EXPECT_THAT(archive->read("gain").values, ElementsAre(-infinity, 1));
  EXPECT_THAT(user_error([&] { archive->read_finite("gain"); }),
              HasSubstr("arrays.h5:/gain holds a NaN or an infinity"));
}

TEST_F(Hdf5ArchiveTest, reads_integers_with_and_without_sign) {
  {
    Hdf5File file(path());
    file.add_doubles("i8", H5T_STD_I8LE, {2}, {-128, 127});
    file.add_doubles("u8", H5T_STD_U8LE, {2}, {0, 255});
    file.add_doubles("i16_big", H5T_STD_I16BE, {2}, {-2, 258});
    file.add_doubles("u32", H5T_STD_U32LE, {1}, {4294967295.0});
    file.add_doubles("i64", H5T_STD_I64LE, {2}, {-0x1p52, 0x1p40});
    file.add_doubles("u64_big", H5T_STD_U64BE, {1}, {0x1p63});
  }
  EXPECT_THAT(read("i8").values, ElementsAre(-128, 127));
  EXPECT_THAT(read("u8").values, ElementsAre(0, 255));
  EXPECT_THAT(read("i16_big").values, ElementsAre(-2, 258));
  EXPECT_THAT(read("u32").values, ElementsAre(4294967295.0));
  EXPECT_THAT(read("i64").values, ElementsAre(-0x1p52, 0x1p40));
  EXPECT_THAT(read("u64_big").values, ElementsAre(0x1p63));
}

TEST_F(Hdf5ArchiveTest, reads_booleans_as_zeros_and_ones) {
  const std::array<std::int8_t, 4> mask{1, 0, 0, 1};
  {
    const Hdf5Handle type = boolean_type();
    Hdf5File(path()).add("mask", type, simple_space({2, 2}), type, mask.data());
  }
  EXPECT_THAT(read("mask").shape, ElementsAre(2, 2));
  EXPECT_THAT(read("mask").values, ElementsAre(1, 0, 0, 1));
}

TEST_F(Hdf5ArchiveTest, reads_scalars_and_arrays_without_values) {
  const double step = 0.5;
  {
    Hdf5File file(path());
    file.add("dt", H5T_IEEE_F64LE, {H5Screate(H5S_SCALAR), H5Sclose, "make a shape"}, H5T_NATIVE_DOUBLE, &step);
    file.add("none", H5T_IEEE_F64LE, simple_space({0, 4}));
  }
  EXPECT_THAT(read("dt").shape, IsEmpty());
  EXPECT_THAT(read("dt").values, ElementsAre(0.5));
  EXPECT_THAT(read("none").shape, ElementsAre(0, 4));
  EXPECT_THAT(read("none").values, IsEmpty());
}

// h5py.Empty: no shape at all. Read as a scalar, it would be a zero that nobody wrote.
TEST_F(Hdf5ArchiveTest, refuses_a_dataset_without_shape) {
  Hdf5File(path()).add("nothing", H5T_IEEE_F64LE, {H5Screate(H5S_NULL), H5Sclose, "make a shape"});
  EXPECT_THAT(refusal_of("nothing"), AllOf(StartsWith(path()), HasSubstr(":/nothing: holds no numbers (it is empty)")));
}

TEST_F(Hdf5ArchiveTest, reads_chunked_and_compressed_datasets) {
  std::vector<double> values(600);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 7);
  {
    const Hdf5Handle layout(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make properties");
    const Shape chunk{7, 16};
    checked(H5Pset_chunk(layout, 2, chunk.data()), "cut into chunks");
    checked(H5Pset_shuffle(layout), "shuffle");
    checked(H5Pset_deflate(layout, 4), "compress");
    Hdf5File(path()).add("rates", H5T_IEEE_F32LE, simple_space({20, 30}), H5T_NATIVE_DOUBLE, values.data(), layout);
  }
  EXPECT_THAT(read("rates").shape, ElementsAre(20, 30));
  EXPECT_EQ(read("rates").values, values);
}

TEST_F(Hdf5ArchiveTest, a_path_goes_on_into_a_group_of_the_file) {
  {
    Hdf5File file(path());
    file.add_group("session");
    file.add_group("session/evaluation");
    file.add_doubles("rates", H5T_IEEE_F64LE, {1}, {1});
    file.add_doubles("session/evaluation/rates", H5T_IEEE_F64LE, {1}, {2});
  }
  EXPECT_THAT(read("rates").values, ElementsAre(1));
  const auto inner = open_hdf5_archive(path() + "/session/evaluation");
  EXPECT_THAT(inner->read("rates").values, ElementsAre(2));
  EXPECT_EQ(inner->path_of("rates"), path() + ":/session/evaluation/rates");
  EXPECT_TRUE(open_hdf5_archive(path() + "/session")->has("evaluation"));
  EXPECT_FALSE(open_hdf5_archive(path() + "/session")->has("rates"));
  EXPECT_EQ(user_error([&] { open_hdf5_archive(path() + "/session/training"); }),
            path() + ": has no group /session/training");
}

TEST_F(Hdf5ArchiveTest, names_a_dataset_that_is_missing_or_is_a_group) {
  Hdf5File(path()).add_group("session");
  EXPECT_FALSE(open_hdf5_archive(path())->has("rates"));
  EXPECT_EQ(refusal_of("rates"), path() + ":/rates: there is no such dataset");
  EXPECT_THAT(refusal_of("session"), AllOf(StartsWith(path() + ":/session: "), HasSubstr("cannot be read")));
}

TEST_F(Hdf5ArchiveTest, refuses_text) {
  {
    Hdf5File file(path());
    const Hdf5Handle fixed(H5Tcopy(H5T_C_S1), H5Tclose, "copy a type");
    const Hdf5Handle variable(H5Tcopy(H5T_C_S1), H5Tclose, "copy a type");
    checked(H5Tset_size(fixed, 3), "set a length");
    checked(H5Tset_size(variable, H5T_VARIABLE), "set a length");
    const char* const word = "left";
    file.add("fixed", fixed, simple_space({2}), fixed, "abcdef");
    file.add("variable", variable, simple_space({1}), variable, &word);
  }
  for (const std::string name : {"fixed", "variable"})
    EXPECT_THAT(refusal_of(name), AllOf(StartsWith(path() + ":/" + name + ": "),
                                        HasSubstr("holds no numbers (floats, integers or booleans are needed)")));
}

TEST_F(Hdf5ArchiveTest, refuses_records) {
  {
    const Hdf5Handle record(H5Tcreate(H5T_COMPOUND, 16), H5Tclose, "make a type");
    checked(H5Tinsert(record, "re", 0, H5T_NATIVE_DOUBLE), "add a member");
    checked(H5Tinsert(record, "im", 8, H5T_NATIVE_DOUBLE), "add a member");
    Hdf5File(path()).add("spectrum", record, simple_space({2}));
  }
  EXPECT_THAT(refusal_of("spectrum"), HasSubstr("holds no numbers"));
}

TEST_F(Hdf5ArchiveTest, refuses_shapes_that_nobody_filled) {
  {
    const Hdf5Handle chunked(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make properties");
    const hsize_t chunk[2] = {16, 16};
    checked(H5Pset_chunk(chunked, 2, chunk), "set a chunk");
    Hdf5File file(path());
    file.add("wide", H5T_IEEE_F64LE, simple_space({hsize_t{1} << 40, 1 << 10}), H5I_INVALID_HID, nullptr, chunked);
    file.add("wider", H5T_IEEE_F64LE, simple_space({hsize_t{1} << 40, hsize_t{1} << 30}), H5I_INVALID_HID, nullptr,
             chunked);
    file.add("narrow", H5T_IEEE_F64LE, simple_space({32, 32}), H5I_INVALID_HID, nullptr, chunked);
  }
  EXPECT_THAT(refusal_of("wide"), AllOf(HasSubstr("/wide: is too large (its shape (1099511627776, 1024) needs"),
                                        HasSubstr("0 are stored")));
  EXPECT_THAT(refusal_of("wider"), HasSubstr("is too large"));
  EXPECT_EQ(read("narrow").size(), 1024u);
}

TEST_F(Hdf5ArchiveTest, tells_damage_from_what_is_no_hdf5_file) {
  Hdf5File(path()).add_doubles("rates", H5T_IEEE_F64LE, {1000}, std::vector<double>(1000, 1.0));
  std::filesystem::resize_file(path(), 1000);
  EXPECT_THAT(user_error([&] { open_hdf5_archive(path()); }), StartsWith(path() + ": damaged HDF5 file"));
  std::ofstream(directory_.path("notes")) << "notes";
  EXPECT_EQ(open_hdf5_archive(directory_.path("notes")), nullptr);
  EXPECT_EQ(open_hdf5_archive(directory_.path("nowhere.h5")), nullptr);
}

TEST_F(Hdf5ArchiveTest, is_what_an_hdf5_file_opens_as) {
  Hdf5File(path()).add_doubles("rates", H5T_IEEE_F64LE, {2}, {3, 4});
  EXPECT_THAT(open_array_archive(path())->read("rates").values, ElementsAre(3, 4));
}

}  // namespace
}  // namespace cohort::test
