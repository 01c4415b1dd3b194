#include <cohort/recordings/unit_choice.hpp>

#include <cohort/recordings/unit_transform.hpp>

namespace cohort {

MatrixXd chosen_units(const MatrixXd& values, const UnitChoice& choice) {
  return UnitTransform(values, choice)(values);
}

}  // namespace cohort
