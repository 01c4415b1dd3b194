#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/recordings/recording_format.hpp>

namespace cohort {

/// A recording among the variables of a MATLAB file, `save("m1.mat", "activity")`, of version 5 to 7.3. An array means
/// what it means in MATLAB: A(i, j, k) has the indices of its axes in this order.
class MatRecording final : public RecordingFormat {
 public:
  static Description description();

  explicit MatRecording(const Parameters&) {}

  bool recognizes(const std::string& path) const override;
  RecordedArray read(const std::string& path) const override;
};

}  // namespace cohort
