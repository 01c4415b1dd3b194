#include <cohort/similarity/plain_measure.hpp>

namespace cohort {

void PlainMeasure::set_range(double high, double unit, const std::string& text) {
  traits_.high = high;
  unit_ = unit;
  traits_.normalization = text == "1" ? "value" : "value / " + (text.find(' ') == text.npos ? text : "(" + text + ")");
}

}  // namespace cohort
