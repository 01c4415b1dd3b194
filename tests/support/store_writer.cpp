// A job that writes the sample results, for tests that kill it or look at the file meanwhile:
//
//     store_writer PATH kill            half of the runs, half of one more row, then SIGKILL to itself
//     store_writer PATH abandon         the same, but only rank 0 is killed; the others abandon the file
//     store_writer PATH random MS       every row again and again, SIGKILL after MS milliseconds
//     store_writer PATH hold            half of the runs, prints "ready", ends when its input ends

#include <support/sample_results.hpp>

#include <cohort/store/run_table.hpp>

#include <mpi.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

#include <unistd.h>

namespace cohort {
namespace {

void write_runs(RunTable& table, std::size_t first, std::size_t last, int rank, int n_ranks) {
  for (std::size_t run = first; run < last; ++run)
    if (static_cast<int>(run) % n_ranks == rank) table.write(run, sample_result(run), sample_attempt(run));
}

void write_half_a_row(ResultsFile& file, std::size_t run) {
  const std::vector<float> values(10, 1.0f);
  file.write<float>("/curves/loss", {run, 0}, {1, values.size()}, values);
}

void wait_for_end_of_input(int rank) {
  if (rank == 0) {
    std::puts("ready");
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

void run_job(const std::string& path, const std::string& mode, int milliseconds) {
  int rank = 0, n_ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
  constexpr std::size_t n_runs = 12;
  ResultsFile file = ResultsFile::create(path, sample_schema(n_runs), MPI_COMM_WORLD);
  RunTable table(file);
  if (mode == "random") {
    std::thread([milliseconds] {
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      std::raise(SIGKILL);
    }).detach();
    while (true) write_runs(table, 0, n_runs, rank, n_ranks);
  }
  write_runs(table, 0, n_runs / 2, rank, n_ranks);
  if (mode == "hold") return wait_for_end_of_input(rank);
  if (rank == 0) write_half_a_row(file, n_runs - 1);
  MPI_Barrier(MPI_COMM_WORLD);
  if (mode == "abandon" && rank != 0) {
    file.abandon();
    _exit(0);
  }
  std::raise(SIGKILL);
}

}  // namespace
}  // namespace cohort

int main(int n_arguments, char** arguments) {
  MPI_Init(&n_arguments, &arguments);
  if (n_arguments < 3) return 2;
  cohort::run_job(arguments[1], arguments[2], n_arguments > 3 ? std::stoi(arguments[3]) : 0);
  MPI_Finalize();
  return 0;
}
