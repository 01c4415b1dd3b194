#include <cohort/store/extend_results.hpp>

#include "carry_over.hpp"
#include "hdf5_types.hpp"
#include "partial_file.hpp"
#include "run_rows.hpp"
#include "schema_writer.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/store/analysis_log.hpp>
#include <cohort/store/results_file.hpp>

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

namespace cohort {
namespace {

/// A recording's comment ends with a hash of its numbers and of what was chosen of them.
bool is_other_recording(ResultsFile& file, const DatasetInfo& info) {
  return info.path.starts_with("/recordings/") && !info.comment.empty() && file.has(info.path) &&
         file.attribute(info.path, "comment") != info.comment;
}

std::string scale_path(const std::string& dataset, const std::string& axis) {
  const std::string group = group_of(dataset);
  return (group == "/" ? "" : group) + "/" + axis;
}

/// Paths of the dimension scales that `missing` has otherwise than the file.
std::set<std::string> changed_scales(ResultsFile& file, const Schema& missing) {
  std::set<std::string> changed;
  for (const DatasetInfo& scale : dimension_scales(missing))
    if (file.has(scale.path) && !has_scale(file, scale)) changed.insert(scale.path);
  return changed;
}

/// Datasets of the file that make room: those of `missing`, and what else lies along an axis that changes.
std::vector<std::string> outdated(ResultsFile& file, const Schema& missing, const std::set<std::string>& scales) {
  std::set<std::string> paths, groups;
  for (const DatasetInfo& info : missing.datasets) {
    if (file.has(info.path)) paths.insert(info.path);
    groups.insert(group_of(info.path));
  }
  for (const std::string& group : groups)
    for (const std::string& path : file.datasets(group))
      for (const std::string& axis : file.axes(path))
        if (scales.contains(scale_path(path, axis))) paths.insert(path);
  return {paths.begin(), paths.end()};
}

/// Lets go of its dimension scales first: they know who uses them.
void remove_dataset(hid_t file, const std::string& path) {
  {
    const Hdf5Handle dataset(H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose, "open a dataset");
    const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, "read a dataspace");
    const int n_axes = checked(H5Sget_simple_extent_ndims(space), "read a dataspace");
    for (unsigned axis = 0; axis < static_cast<unsigned>(n_axes); ++axis) {
      const std::string scale_name = scale_path(path, axis_name(dataset, axis));
      if (checked(H5Lexists(file, scale_name.c_str(), H5P_DEFAULT), "look for a dimension scale") == 0) continue;
      const Hdf5Handle scale(H5Dopen2(file, scale_name.c_str(), H5P_DEFAULT), H5Dclose, "open a dimension scale");
      if (checked(H5DSis_attached(dataset, scale, axis), "look at a dimension scale") > 0)
        checked(H5DSdetach_scale(dataset, scale, axis), "detach a dimension scale");
    }
  }
  checked(H5Ldelete(file, path.c_str(), H5P_DEFAULT), "remove a dataset");
}

/// Everything but what is carried over, in the copy that this process alone has open.
void make_room(const std::string& path, const Schema& missing, const std::vector<std::string>& old_datasets,
               const std::set<std::string>& old_scales) {
  const Hdf5Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make a property list");
  checked(H5Pset_file_locking(properties, false, true), "switch off file locking");
  Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, properties), H5Fclose, "open the copy");
  for (const std::string& dataset : old_datasets) remove_dataset(file, dataset);
  for (const std::string& scale : old_scales)
    checked(H5Ldelete(file, scale.c_str(), H5P_DEFAULT), "remove a dimension scale");
  const Schema schema = with_character_axes(missing);
  create_schema(file, schema);
  fill_schema(file, schema, MPI_COMM_NULL);
  file.close("close the copy");
}

/// What analyses have computed along axes that grew.
void carry_over(const std::string& from_path, const std::string& to_path, const Schema& missing) {
  ResultsFile from = ResultsFile::open_serial(from_path);
  ResultsFile to = ResultsFile::open(to_path, ResultsFile::Access::read_write, MPI_COMM_SELF);
  std::vector<KeptRun> all;
  for (std::size_t run = 0; run < from.extent("/design/key").front(); ++run) all.push_back({run, run});
  carry_over_analyses(from, to, missing, all, 0, 1);
  AnalysisLog log(to);
  for (const AnalysisState& state : AnalysisLog(from).states())
    if (state.n_items >= 0) log.write(state);
  to.flush();
  to.close();
}

/// Runs `call`; what HDF5 cannot do there is the disk's fault.
template <class Call>
void blame_disk(const PartialFile& partial, const std::string& path, std::uint64_t n_bytes, const Call& call) {
  try {
    call();
  } catch (const Hdf5Error& error) {
    const std::string space = partial.space_left(n_bytes);
    partial.remove();
    throw UserError("cannot be extended", fmt::format("{}; HDF5: {}", space, error.detail()), "It is as it was.",
                    {path});
  } catch (const std::exception&) {
    partial.remove();
    throw;
  }
}

void copy_file(const std::string& from, const std::string& to) {
  std::error_code error;
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
  if (error) throw UserError("cannot be copied", error.message(), "It is as it was.", {from});
}

}  // namespace

Schema missing_part(ResultsFile& file, const Schema& schema) {
  const std::set<std::string> there = unchanged_paths(file, schema);
  std::set<std::string> paths, made_from;
  for (const DatasetInfo& info : schema.datasets)
    if (!there.contains(info.path) || is_other_recording(file, info)) {
      paths.insert(info.path);
      if (!info.made_from.empty()) made_from.insert(info.made_from);
    }
  Schema missing = schema;
  std::erase_if(missing.datasets, [&](const DatasetInfo& info) {
    return !paths.contains(info.path) && !made_from.contains(info.made_from);
  });
  return missing;
}

std::uint64_t extended_bytes(const std::string& path, const Schema& missing) {
  return std::filesystem::file_size(path) + storage_bytes(missing);
}

void extend_results(const std::string& path, const Schema& missing) {
  std::set<std::string> old_scales;
  std::vector<std::string> old_datasets;
  {
    ResultsFile file = ResultsFile::open_serial(path);
    old_scales = changed_scales(file, missing);
    old_datasets = outdated(file, missing, old_scales);
  }
  const std::uint64_t n_bytes = extended_bytes(path, missing);
  const PartialFile partial(path, true);
  partial.start(n_bytes);
  blame_disk(partial, path, n_bytes, [&] {
    copy_file(path, partial.path());
    make_room(partial.path(), missing, old_datasets, old_scales);
    carry_over(path, partial.path(), missing);
    partial.finish();
  });
}

}  // namespace cohort
