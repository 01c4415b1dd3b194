#include <cohort/recordings/recording_formats.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/recordings/hdf5_recording.hpp>
#include <cohort/recordings/mat_recording.hpp>
#include <cohort/recordings/npy_recording.hpp>
#include <cohort/recordings/npz_recording.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <vector>

namespace cohort {
namespace {

[[noreturn]] void refuse(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown) || path.ends_with(".npy"))
    read_npy(path);  // says what is wrong with a path, a pipe, a folder
  std::vector<std::string> names;
  for (const Description& format : recording_formats().catalogue().descriptions()) names.push_back(format.name);
  throw UserError("is no recording of a known format", fmt::format("known: {}", fmt::join(names, ", ")),
                  "See: cohort list formats", {path});
}

}  // namespace

const Registry<RecordingFormat>& recording_formats() {
  static const Registry<RecordingFormat> table("format", {
                                                             registry_entry<Hdf5Recording, RecordingFormat>(),
                                                             registry_entry<MatRecording, RecordingFormat>(),
                                                             registry_entry<NpyRecording, RecordingFormat>(),
                                                             registry_entry<NpzRecording, RecordingFormat>(),
                                                         });
  return table;
}

RecordedArray read_recorded_array(const std::string& path) {
  for (const Description& description : recording_formats().catalogue().descriptions()) {
    const auto format = recording_formats().make(description.name);
    if (format->recognizes(path)) return format->read(path);
  }
  refuse(path);
}

}  // namespace cohort
