#include <cohort/cluster/shared_study.hpp>

#include <cohort/cluster/broadcast.hpp>
#include <cohort/core/file_answers.hpp>
#include <cohort/store/together.hpp>

#include <fmt/format.h>

namespace cohort {
namespace {

/// Equal on two ranks when they would train the same runs, in the same order, for the same file.
std::string summary_of(const Study& study, const Design& design) {
  return fmt::format("study key {}, {} runs with keys of {}", study_key(study), design.size(), design.fingerprint());
}

}  // namespace

Study read_study_together(const std::string& path, MPI_Comm comm) {
  const bool is_first = rank_of(comm) == 0;
  Study study;
  std::string path_of_first = path;
  FileAnswers answers;
  together(comm, [&] {
    if (!is_first) return;
    const FileAnswersScope scope(answers, FileAnswersScope::Mode::note);
    study = read_study(path);
  });
  broadcast(comm, path_of_first);
  broadcast(comm, answers);
  together(comm, [&] {
    if (is_first) return;
    const FileAnswersScope scope(answers, FileAnswersScope::Mode::tell);
    study = read_study(path_of_first);
  });
  return study;
}

void agree_on_design(const Study& study, const Design& design, MPI_Comm comm) {
  const std::string own = summary_of(study, design);
  std::string first = own;
  broadcast(comm, first);
  together(comm, [&] {
    if (own != first)
      throw UserError(fmt::format("rank {} understands the study in another way than rank 0", rank_of(comm)),
                      fmt::format("{}; not {}", own, first), "Start the same program on every rank.", {study.path});
  });
}

void agree_on_build(const std::string& build, MPI_Comm comm) {
  std::string first = build;
  broadcast(comm, first);
  together(comm, [&] {
    if (build != first)
      throw UserError(fmt::format("rank {} is another program than rank 0", rank_of(comm)),
                      fmt::format("{}; not {}", build, first), "Start the same program on every rank.");
  });
}

}  // namespace cohort
