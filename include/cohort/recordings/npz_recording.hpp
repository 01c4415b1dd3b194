#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/recordings/recording_format.hpp>

namespace cohort {

/// A recording among the arrays of `numpy.savez("m1.npz", activity=rates)`, compressed or not.
class NpzRecording final : public RecordingFormat {
 public:
  static Description description();

  explicit NpzRecording(const Parameters&) {}

  bool recognizes(const std::string& path) const override;
  RecordedArray read(const std::string& path) const override;
};

}  // namespace cohort
