#pragma once

#include <cohort/store/results_file.hpp>

#include <set>
#include <string>
#include <vector>

namespace cohort {

inline constexpr const char* kWeights = "/snapshots/parameters";  ///< stored on request
inline constexpr const char* kOutputs = "/snapshots/outputs";     ///< stored on request

bool is_dataset_of(const std::string& group, const DatasetInfo& info);
/// One row per run, which moves with it.
bool belongs_to_one_run(const DatasetInfo& info);

const Generated<std::string>& keys_of(const Schema& schema);
std::vector<std::string> levels_of(const Schema& schema);
/// A root attribute; empty for none.
std::string attribute_of(const Schema& schema, const std::string& name);

/// The file has these texts.
bool has_texts(ResultsFile& file, const std::string& path, const Generated<std::string>& wanted);

/// The file has this dimension scale, with the same labels or values.
bool has_scale(ResultsFile& file, const DatasetInfo& scale);

/// The paths of everything in `schema` that the file has in the same shape, along the same coordinates.
std::set<std::string> unchanged_paths(ResultsFile& file, const Schema& schema);

/// Rows of one extent fit into the other: levels may differ, and the padding, the last axis, may have grown.
bool fits(const DatasetInfo& info, const Extent& from, const Extent& to);

}  // namespace cohort
