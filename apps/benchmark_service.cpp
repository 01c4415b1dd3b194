// What the service around training costs:
//
//   mpirun -n 2 benchmark_service                  handing out runs that take no time; saving runs under way
//   mpirun -n 2 cohort run STUDY -o RESULTS; benchmark_service RESULTS     how long ranks had no run to train
//   benchmark_service STUDY.toml N                 writes a study of N runs that take no time (N a multiple of 100),
//   for
//                                                  /usr/bin/time -v mpirun -n 2 cohort run STUDY.toml -o RESULTS
#include <cohort/cluster/mpi_session.hpp>
#include <cohort/cluster/mpi_transport.hpp>
#include <cohort/cluster/work_phase.hpp>
#include <cohort/store/checkpoint_file.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/segment_log.hpp>
#include <cohort/study/run_executor.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace cohort {
namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// All that a run costs the master and its worker beside its training: asking, being told, reporting. The master does
/// none itself, as in jobs of many ranks.
void time_dispatch(const MpiSession& session) {
  constexpr std::size_t n_items = 20'000;
  MpiTransport transport(session.communicator());
  const WorkCallbacks callbacks{[](std::size_t, const StopCheck&) { return RunStatus::done; }, [](const Scheduler&) {},
                                [] { return false; }};
  if (session.rank() != 0) return follow_work(transport, callbacks);
  Scheduler scheduler([](std::size_t) { return 1.0; }, std::vector<bool>(n_items, true), Scheduler::Order::listed);
  const auto begin = Clock::now();
  lead_work(scheduler, transport, callbacks, session.size() == 1);
  fmt::print("{} empty runs on {} ranks: {:.1f} us each\n", n_items, session.size(),
             1e6 * seconds_since(begin) / static_cast<double>(n_items));
}

std::string study_text(int n_units) {
  return fmt::format(
      "[study]\nname = \"saved\"\n[task]\nname = \"center_out_reach_hatsopoulos_2007\"\n[factors]\nrule = \"bptt\"\n"
      "architecture = \"ctrnn/units={}\"\ninitialization = \"gaussian\"\nseed = 1\n[training]\nupdates = 20\nbatch = "
      "64\n"
      "[snapshots]\nat_updates = [0]\n",
      n_units);
}

/// Saving one network with its optimizer and curves, beside the five minutes of training between two saves.
void time_saving() {
  const std::string folder =
      fmt::format("{}/cohort_benchmark_{}", std::filesystem::temp_directory_path().string(), getpid());
  std::filesystem::create_directories(folder);
  for (const int n_units : {100, 200, 400}) {
    std::ofstream(folder + "/study.toml") << study_text(n_units);
    const Study study = read_study(folder + "/study.toml");
    const Run run = expand(study)[0];
    auto parts = make_parts<float>(study, run);
    auto trainer = parts.trainer(study.training, study.snapshots);
    trainer.step();
    const CheckpointFile file(folder + "/run", identity_under_way(study, run));
    std::vector<double> seconds;
    for (int save = 0; save < 9; ++save) {
      const auto begin = Clock::now();
      file.write({trainer.state(), 1, 1});
      seconds.push_back(seconds_since(begin));
    }
    std::ranges::sort(seconds);
    constexpr double between = 300;
    fmt::print("saving a run of {} units: {:.1f} MB, {:.1f} ms, {:.4f} % of five minutes\n", n_units,
               1e-6 * static_cast<double>(std::filesystem::file_size(folder + "/run")), 1e3 * seconds[4],
               100 * seconds[4] / between);
  }
  std::filesystem::remove_all(folder);
}

/// Tiny networks that are hardly trained: what is left is the service.
void write_tiny_runs(const std::string& path, int n_runs) {
  std::ofstream file(path);
  file << fmt::format(
      "[study]\nname = \"tiny\"\n[task]\nname = \"flip_flop\"\nsteps = 8\nbits = 1\nsequences = 2\n[factors]\n"
      "rule = [\"bptt\", \"eprop\", \"snap1\", \"tbptt\", \"feedback_alignment\"]\n"
      "architecture = [\"ctrnn/units=2\", \"ctrnn/units=3\", \"gru/units=2\", \"rate/units=2\"]\n"
      "initialization = [\"gaussian\", \"orthogonal\", \"uniform\", \"gaussian/gain=0.5\", \"glorot_normal\"]\n"
      "seed = {}\n[training]\nupdates = 2\nbatch = 1\n",
      n_runs / 100);
}

/// Of the time from the newest job's first run to its last one, on all ranks that trained.
void print_idle_share(const std::string& path) {
  ResultsFile file = ResultsFile::open_serial(path);
  const Segment job = SegmentLog(file).read().back();
  double begin = INFINITY, end = 0, busy = 0;
  std::vector<double> last(static_cast<std::size_t>(job.n_ranks), 0);
  for (const RunState& state : RunTable(file).read_states()) {
    if (state.started < job.started || !std::isfinite(state.finished)) continue;
    begin = std::min(begin, state.started);
    end = std::max(end, state.finished);
    busy += state.finished - state.started;
    double& own = last[static_cast<std::size_t>(state.rank)];
    own = std::max(own, state.finished);
  }
  double work = 0;  // while there was something left to hand out, and each rank's last run
  for (const double own : last) work += own - begin;
  const double all = static_cast<double>(job.n_ranks) * (end - begin);
  fmt::print(
      "{}: {} ranks, {:.1f} s of training: {:.2f} % of their time without a run, {:.2f} % of it before their last "
      "one\n",
      path, job.n_ranks, end - begin, 100 * (1 - busy / all), 100 * (1 - busy / work));
}

}  // namespace
}  // namespace cohort

int main(int argc, char** argv) {
  const cohort::MpiSession session;
  if (argc > 2) {
    cohort::write_tiny_runs(argv[1], std::atoi(argv[2]));
    return 0;
  }
  if (argc > 1) {
    cohort::print_idle_share(argv[1]);
    return 0;
  }
  cohort::time_dispatch(session);
  if (session.rank() == 0) cohort::time_saving();
  return 0;
}
