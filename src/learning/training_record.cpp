#include <cohort/learning/training_record.hpp>

#include <cohort/core/errors.hpp>

#include <algorithm>

namespace cohort {

std::vector<float>& TrainingRecord::curve(std::string_view name) {
  const auto found =
      std::find_if(curves.begin(), curves.end(), [&](const Curve& candidate) { return candidate.name == name; });
  expects(found != curves.end(), "a curve of the record");
  return found->values;
}

}  // namespace cohort
