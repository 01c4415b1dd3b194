#include <cohort/recordings/nwb_recording.hpp>

#include "nwb_session.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/recordings/file_place.hpp>
#include <cohort/recordings/hdf5_archive.hpp>

namespace cohort {
namespace {

/// Does `work` on the session at `path`; its errors know the file.
template <class Work>
auto with_session(const std::string& path, const Work& work) {
  const FilePlace place = *file_place(path);
  try {
    return work(NwbSession(place.file, place.inside));
  } catch (const UserError& error) {
    throw error.at({place.file});
  }
}

}  // namespace

Description NwbRecording::description() {
  Description d;
  d.name = "nwb";
  d.summary =
      "a session of Neurodata Without Borders 2, cut into trials (`intervals/trials`) around a column of times, "
      "`align`, with conditions by another, `condition`: spikes of `units` counted in steps, in Hz, or a series "
      "(`m1.nwb/processing/ecephys/rates`, or its last name) of [time, units]";
  d.equation = "{ file = \"m1.nwb\", align = \"go_cue\", condition = \"target\", window = [-200, 600], bin = 20 }";
  d.reference = "Rübel et al. 2022, doi:10.7554/eLife.78362; https://nwb-schema.readthedocs.io";
  return d;
}

bool NwbRecording::recognizes(const std::string& path) const { return is_in_nwb_file(path); }

RecordedArray NwbRecording::read_cut(const std::string& path, const TrialCut& cut) const {
  return with_session(path, [&](const NwbSession& session) { return session.cut(cut); });
}

std::vector<std::string> NwbRecording::contents(const std::string& path) const {
  return with_session(path, [](const NwbSession& session) { return session.text(); });
}

bool is_in_nwb_file(const std::string& path) {
  if (!is_in_hdf5_file(path)) return false;
  const std::string file = file_place(path)->file;
  if (file.ends_with(".nwb")) return true;
  try {
    return open_hdf5_archive(file)->text_attribute(".", "nwb_version").has_value();
  } catch (const UserError&) {
    return false;  // damaged, or no such file any more
  }
}

}  // namespace cohort
