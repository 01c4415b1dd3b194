#pragma once

#include <cohort/cluster/early_stop.hpp>

#include <string>

namespace CLI {
class App;
}

namespace cohort::app {

/// From now on SIGTERM, SIGUSR1 and SIGINT ask for an early stop, with which a scheduler wants its nodes back; a second
/// SIGINT ends the process at once. Writing beyond `ulimit -f` is an error, no signal. To be called before MPI starts,
/// which takes long enough for a signal to arrive.
void watch_stop_signals();

/// Whether one of them has arrived.
bool is_stop_requested();

/// "SIGTERM from process 4711 (slurmstepd)", as far as it is known; empty when none has arrived here.
std::string stop_reason();

/// The line that tells whoever started a job that it stopped before its end, and how to go on. `reason`: why, when no
/// signal asked for it.
std::string stop_text(const std::string& reason);

/// The option --time-left of a command.
void add_time_left(CLI::App& words, std::string& time_left);

/// What ends a job that has so much time (see slurm_seconds; empty for all the time it wants), and signals besides.
StopOptions stop_options(const std::string& time_left);

}  // namespace cohort::app
