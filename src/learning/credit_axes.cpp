#include <cohort/learning/credit_axes.hpp>

namespace cohort {

void CreditAxes::describe_schedule(Description& description) {
  description.parameters.push_back(ParameterInfo::integer("every", 0, 0, 1000000000, "steps",
                                                          "update every so many steps of the trial; 0 at its end"));
}

}  // namespace cohort
