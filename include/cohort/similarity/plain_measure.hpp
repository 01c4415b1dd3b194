#pragma once

#include <cohort/similarity/measure.hpp>

namespace cohort {

/// What most measures share: traits that are set when it is made, among them by what its range is divided to normalize.
class PlainMeasure : public Measure {
 public:
  const MeasureTraits& traits() const final { return traits_; }
  double normalized(double value) const override { return value / unit_; }

 protected:
  /// Values lie in [0, `high`] and are reported as a part of `unit`, which `text` says as Python would: "2", "pi / 2".
  void set_range(double high, double unit, const std::string& text);

  MeasureTraits traits_;

 private:
  double unit_ = 1;
};

}  // namespace cohort
