#include <cohort/store/merge_results.hpp>

#include "run_copies.hpp"
#include "run_rows.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/store/kept_states.hpp>
#include <cohort/store/resume_plan.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/segment_log.hpp>
#include <cohort/store/together.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include <unistd.h>

namespace cohort {
namespace {

/// One of the files, and what it gives.
struct Source {
  ResultsFile file;
  ResumePlan plan{};
  std::vector<RunStatus> status{};
};

/// A run that two files have.
struct Shared {
  std::size_t source, from, other, other_from, to;
};

template <class Value>
bool same_bits(const std::vector<Value>& a, const std::vector<Value>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Value)) == 0);
}

bool same_bits(const Matrix<float>& a, const Matrix<float>& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         (a.size() == 0 || std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0);
}

/// Whether two files hold the same of a run, whatever else their rows have room for.
bool same_result(const RunResult& a, const RunResult& b) {
  const auto same_curve = [](const Curve& x, const Curve& y) {
    return x.name == y.name && same_bits(x.values, y.values);
  };
  const auto same_snapshot = [](const Snapshot& x, const Snapshot& y) {
    return x.update == y.update && same_bits(x.representation, y.representation) &&
           same_bits(x.parameters, y.parameters) && same_bits(x.outputs, y.outputs);
  };
  return a.status == b.status && std::ranges::equal(a.curves, b.curves, same_curve) &&
         std::ranges::equal(a.snapshots, b.snapshots, same_snapshot) && same_bits(a.constants, b.constants);
}

/// Throws UserError that names runs of which two files hold different results; each rank looks at its share.
void refuse_conflicts(std::vector<Source>& sources, const std::vector<Shared>& twice, MPI_Comm comm) {
  constexpr std::size_t most_named = 5;
  together(comm, [&] {
    std::string text;
    std::size_t n_conflicts = 0;
    const auto rank = static_cast<std::size_t>(rank_of(comm)), n_ranks = static_cast<std::size_t>(size_of(comm));
    for (std::size_t i = rank; i < twice.size(); i += n_ranks) {
      const auto& [source, from, other, other_from, to] = twice[i];
      ResultsFile &a = sources[source].file, &b = sources[other].file;
      if (same_result(RunTable(a).read(from), RunTable(b).read(other_from))) continue;
      if (++n_conflicts <= most_named)
        text += fmt::format("{}run {} ({} run {}, {} run {})", text.empty() ? "" : ", ", to, a.path(), from, b.path(),
                            other_from);
    }
    if (n_conflicts > most_named) text += fmt::format(" and {} more", n_conflicts - most_named);
    if (n_conflicts > 0)
      throw UserError("two files hold different results of one run", text,
                      "They were made by different versions, or on different kinds of processors: leave one out.");
  });
}

/// Takes from each file the runs that no file before it has; returns those that two have.
std::vector<Shared> share_out(std::vector<Source>& sources, std::size_t n_runs) {
  constexpr std::size_t nobody = static_cast<std::size_t>(-1);
  std::vector<std::size_t> owner(n_runs, nobody), row(n_runs, 0);
  std::vector<Shared> twice;
  for (std::size_t source = 0; source < sources.size(); ++source) {
    std::vector<KeptRun> own;
    for (const KeptRun& run : sources[source].plan.kept) {
      if (owner[run.to] != nobody) {
        twice.push_back({owner[run.to], row[run.to], source, run.from, run.to});
        continue;
      }
      owner[run.to] = source;
      row[run.to] = run.from;
      own.push_back(run);
    }
    sources[source].plan.kept = own;
  }
  return twice;
}

void note_merge(ResultsFile& file, std::size_t n_files, int n_ranks) {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  SegmentLog log(file);
  log.begin({"", host, "", "", n_ranks, now, 0, ""});
  log.end(now, fmt::format("merged from {} files", n_files));
}

}  // namespace

MergeOutcome merge_results(const std::vector<std::string>& paths, const std::string& target, const Schema& schema,
                           MPI_Comm comm) {
  const std::size_t n_runs = keys_of(schema).size();
  std::vector<Source> sources;
  for (const std::string& path : paths) {
    sources.push_back({ResultsFile::open(path, ResultsFile::Access::read, comm)});
    Source& source = sources.back();
    const std::vector<bool> finished = RunTable(source.file).finished();
    together(comm, [&] {
      source.plan = plan_resume(source.file, schema, finished, {}, false);
      source.status = RunTable(source.file).read_status();
    });
  }
  const std::vector<Shared> twice = share_out(sources, n_runs);
  refuse_conflicts(sources, twice, comm);
  const auto rank = static_cast<std::size_t>(rank_of(comm)), n_ranks = static_cast<std::size_t>(size_of(comm));
  const auto fill = [&](ResultsFile& file) {
    RunTable table(file);
    for (Source& source : sources) {
      const auto all = run_ranges(source.plan.kept, table.rows_per_block());
      for (std::size_t i = rank; i < all.size(); i += n_ranks) {
        copy_runs(source.file, file, schema, all[i], source.plan.level_from);
        table.seal(all[i].to, std::span(source.status).subspan(all[i].from, all[i].count));
      }
    }
    if (rank == 0) note_merge(file, paths.size(), static_cast<int>(n_ranks));
  };
  ResultsFile file = ResultsFile::create(target, schema, comm, fill);
  together(comm, [&] {
    if (rank != 0) return;
    for (const std::string& path : paths) KeptStates(target).take_over(KeptStates(path));
  });
  MergeOutcome outcome{n_runs, 0, twice.size()};
  for (Source& source : sources) {
    outcome.n_finished += source.plan.kept.size();
    source.file.close();
  }
  file.close();
  return outcome;
}

}  // namespace cohort
