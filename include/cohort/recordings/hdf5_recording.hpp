#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/recordings/recording_format.hpp>

namespace cohort {

/// A recording in an HDF5 file, one of h5py or MATLAB's v7.3 say.
///
/// `path` is a file, a group in it (`session.h5/monkey_a`), or a dataset (`session.h5/monkey_a/rates`). In a file or
/// group the dataset is called `activity`. What may stand there beside the numbers:
///
///     activity.attrs["axes"] = ["units", "time", "conditions"]    or dimension labels, activity.dims[0].label =
///     "units" conditions [n_conditions]                                   text: one label per condition, in the same
///     group
class Hdf5Recording final : public RecordingFormat {
 public:
  static Description description();

  explicit Hdf5Recording(const Parameters&) {}

  bool recognizes(const std::string& path) const override;
  RecordedArray read(const std::string& path) const override;
};

}  // namespace cohort
