# What is particular to one cluster: copy this file, change it, and name it to `cohort submit --site FILE` or, without that
# command, as COHORT_SITE=FILE. The batch files source it inside the job; jobs/README.md sources it before building.
# shellcheck shell=bash disable=SC2034

# --- The batch system -------------------------------------------------------------------------------------------------
# Lines that begin with #SBATCH are copied into what `cohort submit` submits; take one # away where you need them.
##SBATCH --partition=compute
##SBATCH --account=my_project
##SBATCH --constraint=avx512

# --- Modules ----------------------------------------------------------------------------------------------------------
# A compiler (C++20), its MPI, and an HDF5 that was built with that MPI ("parallel"). The same for building and running.
# module purge
# module load gcc/12 openmpi/4.1 hdf5-parallel/1.12 boost-mpi/1.81

# --- The compute nodes' processors ------------------------------------------------------------------------------------
# For -DCOHORT_ARCH when the program is built: what all nodes of the partition understand. x86-64-v3 (AVX2) or x86-64-v4
# (AVX-512); native only when it is built on a node of that kind. Results are the same bit for bit on processors of one kind.
COHORT_ARCH=x86-64-v3

# --- How ranks are started --------------------------------------------------------------------------------------------
launcher=mpirun                 # or srun, where Open MPI was built with SLURM's PMIx (srun --mpi=list says pmix)
launcher_options=()             # e.g. (--map-by core) for mpirun; (--enable-recovery): a rank that dies does not end the others

# --- The file system --------------------------------------------------------------------------------------------------
# Called once, before the results file is made, with the folder that it will be in. Lustre: spread it over some servers.
prepare_results_folder() {
  : # lfs setstripe --stripe-count 4 "$1"
}

# --- How often a job may be put back into the queue -------------------------------------------------------------------
max_restarts=100
