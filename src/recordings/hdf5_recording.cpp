#include <cohort/recordings/hdf5_recording.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/recordings/file_place.hpp>
#include <cohort/recordings/hdf5_archive.hpp>
#include <cohort/recordings/nwb_recording.hpp>

#include <fmt/format.h>

namespace cohort {

Description Hdf5Recording::description() {
  Description d;
  d.name = "hdf5";
  d.summary =
      "a file, a group in it (`m1.h5/session`) or a dataset (`m1.h5/session/rates`); in a file or group the array is "
      "called `activity`, its attribute `axes` (or its dimension labels) names its axes, and a text dataset "
      "`conditions` beside it names the conditions";
  d.equation = "file[\"activity\"] = rates; file[\"activity\"].attrs[\"axes\"] = [\"units\", \"time\", \"conditions\"]";
  d.reference = "The HDF Group 1998, https://www.hdfgroup.org";
  return d;
}

bool Hdf5Recording::recognizes(const std::string& path) const {
  return is_in_hdf5_file(path) && !file_starts_with(path, "MATLAB") && !is_in_nwb_file(path);
}

RecordedArray Hdf5Recording::read(const std::string& path) const {
  const auto [group, dataset] = hdf5_dataset_at(path, "activity");
  const auto archive = open_hdf5_archive(group);
  RecordedArray recorded{archive->read(dataset), archive->axes_of(dataset)};
  if (dataset != "conditions") recorded.conditions = archive->texts("conditions");
  return recorded;
}

}  // namespace cohort
