#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/similarity/measures.hpp>

#include <fmt/format.h>

namespace cohort::app {

int compare(const std::string& a, const std::string& b, const std::vector<std::string>& names) {
  const Representation first = representation_of(read_recording(a)), second = representation_of(read_recording(b));
  fmt::print("A: {}  {} samples x {} units\nB: {}  {} samples x {} units\n", a, first.n_samples(), first.n_units(), b,
             second.n_samples(), second.n_units());
  // Conditions and times that only multiply to the same number would be compared with each other.
  if (first.n_conditions() > 0 && second.n_conditions() > 0 && first.n_conditions() != second.n_conditions())
    throw UserError(fmt::format("{} and {} conditions cannot be compared", first.n_conditions(), second.n_conditions()),
                    "3-D arrays are [units, time, conditions]", "Use the same conditions and times for both.");
  for (const std::string& name : names) {
    const auto measure = measures().make(name);
    const double value = distance(*measure, first, second);
    fmt::print("{}  {:.10g}  normalized {:.10g}\n", name, value, measure->normalized(value));
  }
  return kAllDone;
}

}  // namespace cohort::app
