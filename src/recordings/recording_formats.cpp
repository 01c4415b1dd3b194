#include <cohort/recordings/recording_formats.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/recordings/hdf5_handle.hpp>
#include <cohort/recordings/hdf5_recording.hpp>
#include <cohort/recordings/mat_recording.hpp>
#include <cohort/recordings/npy_recording.hpp>
#include <cohort/recordings/npz_recording.hpp>
#include <cohort/recordings/nwb_recording.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
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

/// The one that knows what is at `path`.
std::unique_ptr<RecordingFormat> format_of(const std::string& path) {
  for (const Description& description : recording_formats().catalogue().descriptions()) {
    auto format = recording_formats().make(description.name);
    if (format->recognizes(path)) return format;
  }
  refuse(path);
}

/// Calls `read`. Where HDF5 stumbles over a file, that is damaged.
template <class Read>
auto with_damage_told(const std::string& path, Read&& read) {
  try {
    return read();
  } catch (const Hdf5Error& error) {
    throw UserError("damaged HDF5 file", error.detail(), "", {path});
  }
}

}  // namespace

const Registry<RecordingFormat>& recording_formats() {
  static const Registry<RecordingFormat> table("format", {
                                                             registry_entry<Hdf5Recording, RecordingFormat>(),
                                                             registry_entry<MatRecording, RecordingFormat>(),
                                                             registry_entry<NpyRecording, RecordingFormat>(),
                                                             registry_entry<NpzRecording, RecordingFormat>(),
                                                             registry_entry<NwbRecording, RecordingFormat>(),
                                                         });
  return table;
}

RecordedArray RecordingFormat::read_cut(const std::string& path, const TrialCut& cut) const {
  if (cut.names_columns())
    throw UserError(fmt::format("{} names a column of trials", cut.align.empty() ? "condition" : "align"),
                    "the file holds no session with a table of trials", "NWB files do, see: cohort list formats",
                    {path});
  return read(path);
}

RecordedArray read_recorded_array(const std::string& path, const TrialCut& cut) {
  return with_damage_told(path, [&] { return format_of(path)->read_cut(path, cut); });
}

bool is_session(const std::string& path) {
  return with_damage_told(path, [&] { return format_of(path)->keeps_sessions(); });
}

std::vector<std::string> recorded_contents(const std::string& path) {
  return with_damage_told(path, [&] { return format_of(path)->contents(path); });
}

}  // namespace cohort
