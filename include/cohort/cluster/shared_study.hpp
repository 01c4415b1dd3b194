#pragma once

#include <cohort/study/design.hpp>

#include <mpi.h>

#include <string>

namespace cohort {

/// Reads a study (collective). Rank 0 alone looks at `path` and at the files it names; the others are told what it
/// found and never touch them, so all ranks have the same study whatever each of them would find there. Throws
/// AgreedUserError with what is wrong in the study.
Study read_study_together(const std::string& path, MPI_Comm comm);

/// Throws AgreedUserError unless every rank of `comm` has made the runs of rank 0 from the same study (collective):
/// programs of different versions may read one study in two ways.
void agree_on_design(const Study& study, const Design& design, MPI_Comm comm);

/// Throws AgreedUserError unless every rank says of itself what rank 0 says, its `build` (see build_summary): nodes may
/// have programs of different versions at one path (collective).
void agree_on_build(const std::string& build, MPI_Comm comm);

}  // namespace cohort
