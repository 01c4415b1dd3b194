#include <cohort/recordings/npy_recording.hpp>

namespace cohort {

Description NpyRecording::description() {
  Description d;
  d.name = "npy";
  d.summary = "one NumPy array: [units, time, conditions], [units, time, conditions, trials] or [samples, units]";
  d.equation = "numpy.save(\"m1.npy\", rates)";
  d.reference = "NumPy Enhancement Proposal 1 (Kern 2007)";
  return d;
}

bool NpyRecording::recognizes(const std::string& path) const { return is_npy(path); }

}  // namespace cohort
