#include <cohort/recordings/mat_recording.hpp>

#include "mat5_arrays.hpp"
#include "mat73_arrays.hpp"

#include <cohort/recordings/file_place.hpp>

namespace cohort {
namespace {

const char* const kVersion5 = "MATLAB 5.0 MAT-file";
const char* const kVersion73 = "MATLAB 7.3 MAT-file";

}  // namespace

Description MatRecording::description() {
  Description d;
  d.name = "mat";
  d.summary =
      "variables of MATLAB (versions 5 to 7.3), fields of structures too: the one called `activity`, the only one that "
      "is no row, column or number, or the one named (`m1.mat/session/rates`); texts `axes` and `conditions` beside it "
      "(rows of characters, or cells) say what it is. A row of cells with arrays of one shape is an array "
      "with one axis more, the last";
  d.equation = "activity = rates; axes = {'units', 'time', 'conditions'}; save('m1.mat', 'activity', 'axes')";
  d.reference = "MathWorks, MAT-File Format, https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf";
  return d;
}

bool MatRecording::recognizes(const std::string& path) const {
  return file_starts_with(path, kVersion5) || file_starts_with(path, kVersion73);
}

RecordedArray MatRecording::read(const std::string& path) const {
  const FilePlace place = *file_place(path);
  if (file_starts_with(path, kVersion73)) return recording_in(Mat73Arrays(place.file), place.file, place.inside);
  return recording_in(Mat5Arrays(place.file), place.file, place.inside);
}

}  // namespace cohort
