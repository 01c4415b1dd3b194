#pragma once

#include <cohort/cluster/simulated_transport.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace cohort {

/// A job that is simulated: how many ranks, and what befalls them. Times in seconds.
struct SimulatedJob {
  int n_ranks = 1;
  double spread = 0.1;      ///< standard deviation of the logarithm of what an item takes, around what is expected
  double straggling = 0;    ///< share of the ranks that are slow
  double slowness = 1.5;    ///< how many times as long everything takes on these
  double deaths = 0;        ///< share of the workers that die, one after the other, evenly over the expected time
  bool recovers = false;    ///< a death leaves the others at work (mpirun --enable-recovery), else it ends the job
  double save_every = 300;  ///< between two saves of a run under way
  double restart = 60;      ///< from the end of a job that met a death until the next one works
  double update = 0.05;     ///< a rank 0 that works too looks for messages so often
  SimulatedTransport::Timing timing{};
  double bandwidth = 1e9, disk = 5e8;  ///< bytes per second, of a rank in a reduction, and of the file
  std::uint64_t seed = 1;
};

/// What became of it.
struct SimulatedOutcome {
  double seconds = 0;  ///< from start to end
  double work = 0;     ///< seconds of ranks for what was done, each item once
  double master = 0;   ///< seconds of rank 0 for messages
  std::uint64_t n_messages = 0;
  int n_starts = 1;          ///< of the job
  std::size_t n_rounds = 0;  ///< of analyses

  /// Share of all ranks' time that was work, rank 0 and what deaths cost included.
  double efficiency(int n_ranks) const { return seconds > 0 ? work / (seconds * n_ranks) : 1; }
  /// Share of its time that rank 0 has for messages.
  double master_load() const { return seconds > 0 ? master / seconds : 0; }
};

/// Training: items of `expected` seconds, handed out longest first by the real master over a SimulatedTransport. When a
/// worker dies the job ends, and the next one goes on from what was saved; when the job recovers, the others finish
/// training without it, and only what follows needs another start.
SimulatedOutcome simulate_training(const std::vector<double>& expected, const SimulatedJob& job);

/// An analysis, in the rounds that a job cuts it into: items of `expected` seconds, each of which leaves `words`
/// 64-bit words. Nobody dies.
SimulatedOutcome simulate_analysis(std::vector<double> expected, std::size_t words, const SimulatedJob& whole_job);

/// The most ranks, of 1, 2, 4, ... `most`, that are busy with training for at least `share` of their time.
int recommended_ranks(const std::vector<double>& expected, const SimulatedJob& job, double share, int most = 4096);

}  // namespace cohort
