#include "carry_over.hpp"
#include "run_copies.hpp"
#include "run_rows.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/log.hpp>
#include <cohort/store/resume_plan.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_results.hpp>
#include <cohort/store/together.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <span>
#include <utility>

namespace cohort {
namespace {

/// Datasets of the job itself: its history.
void copy_history(ResultsFile& from, ResultsFile& to, const Schema& schema) {
  const auto same = unchanged_paths(from, schema);
  for (const auto& info : schema.datasets) {
    if (!is_dataset_of("/segments", info) || !same.contains(info.path)) continue;
    const Extent all = to.extent(info.path), origin(all.size(), 0);
    copy_block(from, to, info, origin, origin, all);
  }
}

/// Gives the file a second name, so that replacing it loses nothing.
void keep_previous(const std::string& path) {
  std::string name = path + ".previous";
  for (int number = 2; std::filesystem::exists(name); ++number) name = fmt::format("{}.previous-{}", path, number);
  std::error_code error;
  std::filesystem::create_hard_link(path, name, error);
  if (error) std::filesystem::rename(path, name, error);  // disks without hard links
  if (error) throw UserError("cannot be kept as " + name, error.message(), "", {path});
  log(LogLevel::warning,
      fmt::format("{}: not all of it has a place in the study now; the old file is kept as {}", path, name));
}

/// A new file with what the plan keeps of the old one, in its place.
ResultsFile extended(ResultsFile& old, const Schema& schema, const ResumePlan& plan, MPI_Comm comm) {
  std::vector<RunStatus> status;
  together(comm, [&] { status = RunTable(old).read_status(); });
  const auto rank = static_cast<std::size_t>(rank_of(comm)), n_ranks = static_cast<std::size_t>(size_of(comm));
  const auto prepare = [&](ResultsFile& fresh) {
    RunTable table(fresh);
    const auto all = run_ranges(plan.kept, table.rows_per_block());
    for (std::size_t item = rank; item < all.size(); item += n_ranks) {
      copy_runs(old, fresh, schema, all[item], plan.level_from);
      table.seal(all[item].to, std::span(status).subspan(all[item].from, all[item].count));
    }
    carry_over_analyses(old, fresh, schema, plan.kept, rank, n_ranks);
    if (rank != 0) return;
    copy_history(old, fresh, schema);
    if (plan.loses_something()) keep_previous(old.path());
  };
  return ResultsFile::create(old.path(), schema, comm, prepare, ResultsFile::Existing::replace);
}

/// What rank 0 says (collective); what it throws every rank throws.
bool first_rank_says(MPI_Comm comm, const std::function<bool()>& question) {
  int answer = 0;
  together(comm, [&] {
    if (rank_of(comm) == 0) answer = question() ? 1 : 0;
  });
  check_mpi(MPI_Bcast(&answer, 1, MPI_INT, 0, comm), "MPI_Bcast");
  return answer != 0;
}

}  // namespace

StudyResults open_study_results(const std::string& path, const Schema& schema, MPI_Comm comm,
                                const Generated<std::string>& former_keys) {
  const std::size_t n_runs = keys_of(schema).size();
  if (!first_rank_says(comm, [&] { return std::filesystem::exists(path); }))
    return {ResultsFile::create(path, schema, comm), std::vector<bool>(n_runs, false)};

  ResultsFile old = ResultsFile::open(path, ResultsFile::Access::read, comm);
  std::vector<bool> finished = RunTable(old).finished();
  const bool unchanged = first_rank_says(comm, [&] { return is_unchanged(old, schema); });
  ResumePlan plan;
  together(comm, [&] { plan = plan_resume(old, schema, finished, former_keys, unchanged); });
  const bool is_news = !plan.is_unchanged || plan.n_to_train() > 0;
  if (rank_of(comm) == 0 && is_news) log(LogLevel::info, fmt::format("{}: {}", path, resume_text(plan)));
  if (!plan.is_unchanged) {
    finished.assign(n_runs, false);
    for (const KeptRun& run : plan.kept) finished[run.to] = true;
    return {extended(old, schema, plan, comm), std::move(finished)};
  }
  old.close();
  return {ResultsFile::open(path, ResultsFile::Access::read_write, comm), std::move(finished)};
}

}  // namespace cohort
