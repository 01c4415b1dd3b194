#include <cohort/recordings/hdf5_handle.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/recordings/recording_formats.hpp>

#include <support/errors.hpp>
#include <support/shared_data.hpp>
#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5_hl.h>

#include <sys/stat.h>

#include <limits>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What a scientist keeps: rates [conditions 2, time 3, units 1] and the names of the conditions.
class RecordingFormats : public testing::Test {
 protected:
  void SetUp() override {
    prepare_hdf5();
    file_ = {H5Fcreate(path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose, "make a file"};
  }

  std::string path(const std::string& inside = "") const { return directory_.path("session.h5") + inside; }

  hid_t file() const { return file_; }
  void close() { file_.close("close the file"); }

  void add_rates(const char* name, const std::vector<hsize_t>& shape = {2, 3, 1}) {
    const std::vector<double> rates{0, 1, 2, 10, 11, 12};
    checked(H5LTmake_dataset_double(file_, name, static_cast<int>(shape.size()), shape.data(), rates.data()), "write");
  }

  /// A list of texts as h5py writes a list of str (variable) or of bytes (fixed).
  void add_texts(hid_t place, const char* name, std::vector<const char*> texts, bool is_attribute = false) {
    const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "copy a type");
    checked(H5Tset_size(type, H5T_VARIABLE), "set a length");
    const hsize_t n = texts.size();
    const Hdf5Handle space(H5Screate_simple(1, &n, nullptr), H5Sclose, "make a shape");
    if (is_attribute) {
      const Hdf5Handle made(H5Acreate2(place, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "make");
      checked(H5Awrite(made, type, texts.data()), "write");
    } else {
      const Hdf5Handle made(H5Dcreate2(place, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
                            "make");
      checked(H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()), "write");
    }
  }

  void name_axes(const char* dataset, std::vector<const char*> axes) {
    const Hdf5Handle opened(H5Dopen2(file_, dataset, H5P_DEFAULT), H5Dclose, "open");
    add_texts(opened, "axes", std::move(axes), true);
  }

  TemporaryDirectory directory_;

 private:
  Hdf5Handle file_;
};

void expect_the_rates(const Recording& recording) {
  EXPECT_EQ(recording.values, (MatrixXd{{0}, {1}, {2}, {10}, {11}, {12}}));
  EXPECT_EQ(recording.n_conditions, 2);
}

TEST_F(RecordingFormats, an_hdf5_file_names_its_axes_and_conditions) {
  add_rates("activity");
  name_axes("activity", {"conditions", "time", "units"});
  add_texts(file(), "conditions", {"left", "right, far"});
  close();
  const Recording recording = read_recording(path());
  expect_the_rates(recording);
  EXPECT_THAT(recording.conditions, ElementsAre("left", "right, far"));
  EXPECT_TRUE(recording.axes_are_given);
  EXPECT_EQ(recording.content, read_recording(path()).content);
}

TEST_F(RecordingFormats, a_group_or_any_dataset_of_a_file_can_be_meant) {
  Hdf5Handle(H5Gcreate2(file(), "monkey", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, "make a group");
  add_rates("monkey/activity");
  add_rates("monkey/rates");
  name_axes("monkey/activity", {"conditions, time,units"});
  close();
  expect_the_rates(read_recording(path("/monkey")));
  expect_the_rates(read_recording(path("/monkey/rates"), {"conditions", "time", "units"}));
  EXPECT_EQ(read_recording(path("/monkey/rates")).values.cols(), 2) << "as usual: [units, time, conditions]";
  EXPECT_THAT(user_error([&] { read_recording(path()); }), HasSubstr("session.h5:/activity: there is no such dataset"));
  EXPECT_THAT(user_error([&] { read_recording(path("/cat")); }), HasSubstr("cannot be read at /cat"));
}

TEST_F(RecordingFormats, dimension_labels_name_axes_too) {
  add_rates("activity");
  {
    const Hdf5Handle dataset(H5Dopen2(file(), "activity", H5P_DEFAULT), H5Dclose, "open");
    for (unsigned axis = 0; axis < 3; ++axis)
      checked(H5DSset_label(dataset, axis, std::vector{"conditions", "time", "units"}[axis]), "label");
  }
  close();
  expect_the_rates(read_recording(path()));
}

TEST_F(RecordingFormats, labels_must_be_as_many_as_conditions) {
  add_rates("activity");
  name_axes("activity", {"conditions", "time", "units"});
  add_texts(file(), "conditions", {"left", "right", "up"});
  close();
  EXPECT_THAT(user_error([&] { read_recording(path()); }),
              HasSubstr("names 3 conditions (as [conditions 2, time 3, units 1] it has 2)"));
}

TEST_F(RecordingFormats, axes_that_nobody_knows_are_refused_until_the_user_names_them) {
  add_rates("activity");
  name_axes("activity", {"direction", "bin", "neuron"});
  close();
  EXPECT_THAT(user_error([&] { read_recording(path()); }), HasSubstr("unknown axis 'direction'"));
  expect_the_rates(read_recording(path(), {"conditions", "time", "units"}));
}

TEST_F(RecordingFormats, what_is_none_of_them_is_refused_in_one_line) {
  close();
  directory_.write("table.csv", "1,2,3\n");
  EXPECT_THAT(user_error([&] { read_recording(directory_.path("table.csv")); }),
              HasSubstr("table.csv: is no recording of a known format (known: hdf5, mat, npy, npz, nwb)"));
  EXPECT_THAT(user_error([&] { read_recording(directory_.path("nowhere.npy")); }), HasSubstr("cannot be opened"));
  EXPECT_THAT(user_error([&] { read_recording(directory_.path()); }), HasSubstr("is a directory"));
  ASSERT_EQ(mkfifo(directory_.path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(user_error([&] { read_recording(directory_.path("pipe")); }), HasSubstr("is a pipe"));
}

TEST_F(RecordingFormats, every_entry_says_what_it_is) {
  for (const Description& format : recording_formats().catalogue().descriptions()) {
    EXPECT_FALSE(format.summary.empty()) << format.name;
    EXPECT_FALSE(recording_formats().make(format.name)->recognizes(directory_.path("nowhere"))) << format.name;
  }
}

TEST(RecordingsOfUsers, are_read_or_told_how_to_save_them) {
  const auto good = shared_file("cases/rec/good.npy");
  COHORT_SKIP_WITHOUT(good);
  const auto python2 = read_recording(shared_file("cases/rec/python2_header.npy").string());
  EXPECT_EQ(python2.values, read_recording(good.string()).values);
  EXPECT_THAT(user_error([] { read_recording(shared_file("cases/rec/saved_dictionary.npy").string()); }),
              AllOf(HasSubstr("saved_dictionary.npy"), HasSubstr("Python objects"), HasSubstr("numpy.asarray")));
}

}  // namespace
}  // namespace cohort::test
