#pragma once

#include <cohort/learning/training_state.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// A run between two of its updates: all that another process needs to go on with it, with the same bits.
struct RunUnderWay {
  TrainingState state{};
  double wall_seconds = 0;  ///< spent on it so far, by all processes that worked on it
  double cpu_seconds = 0;
  std::vector<std::string> levels{};  ///< names of its snapshots, see SnapshotPlan::labels
};

/// Keeps a run while it is under way, so that a job that stops or dies loses only what came after it was kept last.
class RunKeeper {
 public:
  virtual ~RunKeeper() = default;

  /// The run as it was kept last; none when it begins.
  virtual std::optional<RunUnderWay> kept() = 0;
  /// The run before its last look at the network, or where it diverged, as it was with another number of updates; none
  /// when nobody kept it.
  virtual std::optional<RunUnderWay> ended() = 0;
  /// What was given last is of another run, or of no use to this one, `why`; this one begins anew.
  virtual void refuse(const std::string& why) = 0;
  /// Whether it is time to keep it again. Asked before every update.
  virtual bool is_due() = 0;
  /// Keeps what `run` returns. Never throws: a run that cannot be kept goes on all the same.
  virtual void keep(const std::function<RunUnderWay()>& run) = 0;
  /// Keeps what `run` returns for a study that goes on later. Never throws, likewise.
  virtual void keep_ended(const std::function<RunUnderWay()>& run) = 0;
  /// The run has ended and its result is stored: nothing of it is under way.
  virtual void forget() = 0;
};

}  // namespace cohort
