#pragma once

namespace cohort::app {

/// From now on SIGTERM, SIGUSR1 and SIGINT ask for an early stop, with which a scheduler wants its nodes back; a second
/// SIGINT ends the process at once. To be called before MPI starts, which takes long enough for a signal to arrive.
void watch_stop_signals();

/// Whether one of them has arrived.
bool is_stop_requested();

}  // namespace cohort::app
