#include <cohort/cluster/analyse_results.hpp>

#include "job_segment.hpp"

#include <cohort/analysis/analyses.hpp>
#include <cohort/analysis/analysis_time.hpp>
#include <cohort/analysis/effects.hpp>
#include <cohort/analysis/stored_runs.hpp>
#include <cohort/analysis/stored_study.hpp>
#include <cohort/cluster/broadcast.hpp>
#include <cohort/cluster/lease_keeper.hpp>
#include <cohort/core/file_answers.hpp>
#include <cohort/core/log.hpp>
#include <cohort/core/text.hpp>
#include <cohort/store/analysis_log.hpp>
#include <cohort/store/extend_results.hpp>
#include <cohort/store/file_lock.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_identity.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/added_similarity.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

StoredStudy study_with(ResultsFile& file, const AnalyseOptions& options) {
  StoredStudy stored = stored_study(file);
  add_measures(options.measures, stored.task, stored.study);
  add_recordings(options.recordings, stored.task, stored.study);
  if (stored.study.similarity.measures.empty() && !stored.study.kept_recordings.empty())
    throw UserError("a recording is given, but its study has no measure", "nothing would be compared",
                    "Add one: --measure procrustes.", {file.path()});
  if (options.permutations) stored.study.effects.permutations = *options.permutations;
  return stored;
}

bool adds(const StoredStudy& stored) {
  return !stored.study.similarity.added_measures.empty() || !stored.study.similarity.added_recordings.empty();
}

/// What a file of this study is to hold beside its runs, with the analyses that it knows besides.
Schema wanted_schema(const Analyses& analyses, const StoredStudy& stored, ResultsFile& file) {
  std::vector<std::string> known;
  for (const AnalysisState& state : AnalysisLog(file).states()) known.push_back(state.name);
  Schema schema = analyses.schema(known);
  schema.attributes = added_attributes(stored.study.similarity);
  return schema;
}

/// The analysis of a file to which nothing was added. Throws UserError when the file has no place for it.
AnalysisList effects_alone(ResultsFile& file, const StoredStudy& stored) {
  const std::string& path = file.path();
  const EffectDesign design = effect_design(file, stored.study.effects);
  if (!design.has_effects())
    throw UserError("has no effects to compute", "its study crosses nothing: every factor has one level", "", {path});
  AnalysisList list;
  list.push_back(std::make_unique<Effects>(design));
  if (!missing_part(file, list.front()->datasets()).datasets.empty())
    throw UserError("has no room for effects of factors",
                    "it was made by an earlier version, or [effects] of its study asks for none",
                    "`cohort run STUDY -o` this file makes room and computes them; finished runs are kept.", {path});
  return list;
}

void check_has_runs(const std::vector<bool>& finished, const std::string& path) {
  if (std::count(finished.begin(), finished.end(), true) == 0)
    throw UserError("holds no finished run", "", "`cohort run` trains them.", {path});
}

std::string extension_text(const std::string& path, const Schema& missing) {
  return fmt::format("{}: has no room for {} datasets: it is copied with them, {} in all, and replaced", path,
                     missing.datasets.size(), bytes_text(static_cast<double>(extended_bytes(path, missing))));
}

/// One job on one results file.
class AnalyseJob {
 public:
  AnalyseJob(const std::string& path, MPI_Comm comm, const AnalyseOptions& options)
      : path_(behind_links(path)),
        comm_(comm),
        options_(options),
        stop_(options.stop, path_ + ".stop"),
        crew_(
            comm, [this] { return crew_.is_first() ? stop_.is_due() : options_.stop.requested(); },
            [this] { lease_->check(); }, [this] { return stop_.seconds_left(); }, path_) {}

  AnalysisOutcome run() {
    together(comm_, [&] {
      if (!crew_.is_first()) return;
      check_results_file(path_);
      lease_.emplace(Lease::acquire(path_, job_id()));
      lock_.emplace(path_);
    });
    read_additions();
    make_room();
    ResultsFile file = ResultsFile::open(path_, ResultsFile::Access::read_write, comm_);
    const std::vector<bool> finished = RunTable(file).finished();
    std::optional<Analyses> analyses;
    AnalysisList effects;
    std::optional<StoredRuns> runs;
    together(comm_, [&] {
      check_has_runs(finished, path_);
      if (adds(stored_))
        analyses.emplace(stored_, file);
      else
        effects = effects_alone(file, stored_);
      runs.emplace(file, finished);
    });
    AnalysisOutcome outcome;
    in_segment(file, comm_, [&] {
      outcome = run_analyses(analyses ? analyses->all() : effects, *runs, file, crew_);
      return outcome.stopped;
    });
    file.close();
    return outcome;
  }

 private:
  /// Rank 0 looks at the users' files, and tells the others.
  void read_additions() {
    FileAnswers answers;
    const auto read = [&](FileAnswersScope::Mode mode) {
      const FileAnswersScope scope(answers, mode);
      ResultsFile file = ResultsFile::open_serial(path_);
      stored_ = study_with(file, options_);
    };
    together(comm_, [&] {
      if (crew_.is_first()) read(FileAnswersScope::Mode::note);
    });
    broadcast(comm_, answers);
    together(comm_, [&] {
      if (!crew_.is_first()) read(FileAnswersScope::Mode::tell);
    });
  }

  void make_room() {
    together(comm_, [&] {
      if (!crew_.is_first() || !adds(stored_)) return;
      Schema missing;
      {
        ResultsFile file = ResultsFile::open_serial(path_);
        check_has_runs(RunTable(file).finished(), path_);
        missing = missing_part(file, wanted_schema(Analyses(stored_, file), stored_, file));
      }
      if (missing.datasets.empty()) return;
      log(LogLevel::info, extension_text(path_, missing));
      extend_results(path_, missing);
      lock_.reset();
      lock_.emplace(path_);
    });
  }

  std::string path_;
  MPI_Comm comm_;
  const AnalyseOptions& options_;
  StoredStudy stored_;
  std::optional<LeaseKeeper> lease_;  ///< rank 0 only
  std::optional<FileLock> lock_;      ///< rank 0 only
  EarlyStop stop_;
  Crew crew_;
};

}  // namespace

AnalysisOutcome analyse_results(const std::string& path, MPI_Comm comm, const AnalyseOptions& options) {
  return AnalyseJob(path, comm, options).run();
}

std::vector<std::string> analysis_plan(const std::string& named, const AnalyseOptions& options) {
  const std::string path = behind_links(named);
  ResultsFile file = ResultsFile::open_serial(path);
  const std::vector<bool> finished = RunTable(file).finished();
  check_has_runs(finished, path);
  const StoredStudy stored = study_with(file, options);
  const Analyses analyses(stored, file);
  const StoredRuns runs(file, finished);
  std::vector<std::string> lines;
  double all = 0;
  for (const auto& analysis : analyses.all()) {
    // Where the file has no room everything is open, and nothing of it can be read.
    OpenItems open{analysis->n_items()};
    if (missing_part(file, analysis->datasets()).datasets.empty())
      open = open_items(*analysis, runs, [&](const BlockPlace& place) {
        return file.read<std::uint64_t>(place.dataset, place.start, place.count);
      });
    if (open.n == 0) continue;
    constexpr double patience = 2;  // seconds
    const double share = static_cast<double>(open.n) / static_cast<double>(analysis->n_items());
    const double seconds = share * measured_time(*analysis, runs, patience).seconds;
    all += seconds;
    lines.push_back(fmt::format("{}: {} of {} items to compute, {} of processor time", analysis->name(), open.n,
                                analysis->n_items(), duration_text(seconds)));
  }
  lines.push_back(fmt::format("all: {} of processor time", duration_text(all)));
  const Schema missing = missing_part(file, wanted_schema(analyses, stored, file));
  if (!missing.datasets.empty()) lines.push_back(extension_text(path, missing));
  return lines;
}

}  // namespace cohort
