#pragma once

#include <cohort/store/schema.hpp>

#include <cstdint>
#include <string>

namespace cohort {

class ResultsFile;

/// The part of `schema` for which `file` has no room: datasets that it lacks or has along other axes, recordings with
/// other numbers, and all that shares a made_from with one of these. Empty datasets: everything has its place.
Schema missing_part(ResultsFile& file, const Schema& schema);

/// Bytes that extend_results writes: those of the file, and those of `missing`.
std::uint64_t extended_bytes(const std::string& path, const Schema& missing);

/// Makes room for `missing`, a missing_part, in the results file at `path` (one process; the others wait). A copy is
/// made beside it, extended, and takes its place in one step: whoever is killed before leaves the file as it was. What
/// has room keeps its bytes, analyses along axes that grew keep their values by label. `missing.attributes` are written
/// to the root. Throws UserError when the disk has no space for the copy; the file is then as it was.
void extend_results(const std::string& path, const Schema& missing);

}  // namespace cohort
