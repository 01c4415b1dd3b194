#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/learning/network_facts.hpp>
#include <cohort/learning/run_status.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cohort {

/// The network at one matched level (or listed update) of one run.
struct Snapshot {
  int update = -1;   ///< number of updates made before it was taken; -1: the level was never reached
  double error = 0;  ///< error on the evaluation trials at that moment (see Score::error)
  Matrix<float>
      representation;  ///< [n_samples x n_units], sample = condition x time, time fastest; empty if not reached
  std::vector<float> parameters;  ///< all parameters of the network, flat; empty if not reached
  Matrix<float> outputs{};        ///< [n_samples x n_outputs], the same samples; empty unless asked for
  std::int64_t in_a_row = 0;      ///< evaluations in a row that met the level, up to the last one
};

/// One value per update, NaN where there is none.
struct Curve {
  std::string name;           ///< "loss", "error", ...
  std::vector<float> values;  ///< [n_updates + 1]
};

/// What training leaves behind.
struct TrainingRecord {
  RunStatus status = RunStatus::pending;
  std::string message;  ///< one line, empty unless diverged or failed
  std::vector<Curve> curves;
  std::vector<Snapshot> snapshots;  ///< one per level, in the order of SnapshotPlan::labels
  NetworkFacts network{};

  /// The values of the curve called `name`, which must be there.
  std::vector<float>& curve(std::string_view name);
};

}  // namespace cohort
