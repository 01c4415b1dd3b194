#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/recordings/recording_format.hpp>

namespace cohort {

/// A recording as one NumPy array, `numpy.save("m1.npy", rates)`. It has no names of axes and no labels.
class NpyRecording final : public RecordingFormat {
 public:
  static Description description();

  explicit NpyRecording(const Parameters&) {}

  bool recognizes(const std::string& path) const override;
  RecordedArray read(const std::string& path) const override { return {read_npy(path)}; }
};

}  // namespace cohort
