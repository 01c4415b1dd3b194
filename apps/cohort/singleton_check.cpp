#include "singleton_check.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <cstdlib>

namespace cohort::app {
namespace {

/// What launchers say of the number of processes that they start.
struct Launcher {
  const char* variable;
  const char* name;
  const char* remedy;
};

constexpr Launcher kLaunchers[] = {
    {"OMPI_COMM_WORLD_SIZE", "mpirun of an Open MPI", "Use the mpirun of the MPI that the program was built with."},
    {"MV2_COMM_WORLD_SIZE", "mpirun of MVAPICH", "Use the mpirun of the MPI that the program was built with."},
    {"PMI_SIZE", "a launcher that speaks PMI (mpirun of MPICH or Intel MPI, srun --mpi=pmi2)",
     "Use the mpirun of the MPI that the program was built with, or srun --mpi=pmix."},
    {"PALS_NRANKS", "mpiexec of PALS", "Use the mpirun of the MPI that the program was built with."}};

int number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text ? std::atoi(text) : 0;
}

}  // namespace

void refuse_singletons(int size) {
  if (size != 1) return;
  for (const Launcher& launcher : kLaunchers)
    if (const int wanted = number_in(launcher.variable); wanted > 1)
      throw UserError(fmt::format("{} started {} processes, but MPI sees one", launcher.name, wanted),
                      "it belongs to another MPI, so each process would be a job of its own", launcher.remedy);
  // Inside srun; not where mpirun was launched from such a shell.
  if (!std::getenv("SLURM_STEP_ID") || std::getenv("OMPI_COMM_WORLD_SIZE")) return;
  const int wanted =
      std::getenv("SLURM_STEP_NUM_TASKS") ? number_in("SLURM_STEP_NUM_TASKS") : number_in("SLURM_NTASKS");
  if (wanted > 1)
    throw UserError(fmt::format("SLURM gave this step {} tasks, but MPI sees one", wanted),
                    "srun was started without MPI support, so each task would be a job of its own",
                    "Use mpirun, or srun --mpi=pmix.");
}

}  // namespace cohort::app
