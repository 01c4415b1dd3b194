#include <cohort/recordings/npz_recording.hpp>

#include <cohort/recordings/file_place.hpp>
#include <cohort/recordings/npz_arrays.hpp>

namespace cohort {
Description NpzRecording::description() {
  Description d;
  d.name = "npz";
  d.summary =
      "arrays of NumPy by name: the one called `activity`, the only one of two dimensions or more, or the one named "
      "(`m1.npz/rates`); lists of texts `axes` and `conditions` beside it say what it is";
  d.equation = "numpy.savez(\"m1.npz\", activity=rates, axes=[\"units\", \"time\", \"conditions\"])";
  d.reference = "NumPy Enhancement Proposal 1 (Kern 2007)";
  return d;
}

bool NpzRecording::recognizes(const std::string& path) const { return file_starts_with(path, "PK\x03\x04"); }

RecordedArray NpzRecording::read(const std::string& path) const {
  const FilePlace place = *file_place(path);
  return recording_in(NpzArrays(place.file), place.file, place.inside);
}

}  // namespace cohort
