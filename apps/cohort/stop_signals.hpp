#pragma once

#include <string>

namespace cohort::app {

/// From now on SIGTERM, SIGUSR1 and SIGINT ask for an early stop, with which a scheduler wants its nodes back; a second
/// SIGINT ends the process at once. To be called before MPI starts, which takes long enough for a signal to arrive.
void watch_stop_signals();

/// Whether one of them has arrived.
bool is_stop_requested();

/// "SIGTERM from process 4711 (slurmstepd)", as far as it is known; empty when none has arrived here.
std::string stop_reason();

/// The line that tells whoever started a job that it stopped before its end, and how to go on.
std::string stop_text();

}  // namespace cohort::app
