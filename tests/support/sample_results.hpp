#pragma once

#include <cohort/store/results_schema.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/study/run_result.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

/// A small study whose results are known in advance: what is in run number i follows from i.
inline ResultsShape sample_shape(std::size_t n_runs = 12) {
  ResultsShape shape;
  std::vector<std::string> keys, seeds;
  std::vector<std::int32_t> rule_codes, seed_codes;
  for (std::size_t run = 0; run < n_runs; ++run) {
    keys.push_back(fmt::format("{:032x}", run + 1));
    rule_codes.push_back(static_cast<std::int32_t>(run % 2));
    seeds.push_back(fmt::format("{}", run / 2));
    seed_codes.push_back(static_cast<std::int32_t>(run));
  }
  shape.keys = keys;
  shape.factors = {{"rule", "learning rule", {"bptt", "eprop/feedback=random"}, rule_codes},
                   {"seed", "seed of the run", seeds, seed_codes}};
  shape.curves = {{"loss", "training loss"}, {"gradient_norm", "norm of the gradient"}};
  shape.n_updates = 20;
  shape.levels = {"0.6", "0.95"};
  shape.n_samples = 4;
  shape.sample_condition = {0, 0, 1, 1};
  shape.sample_step = {0, 1, 0, 1};
  shape.max_units = 5;
  shape.outputs = {"left", "right"};
  shape.max_parameters = 7;
  return shape;
}

/// The same keys in the opposite order.
inline std::vector<std::string> reversed(const Generated<std::string>& keys) {
  auto list = keys.all();
  std::reverse(list.begin(), list.end());
  return list;
}

inline Schema sample_schema(std::size_t n_runs = 12) {
  Schema schema = results_schema(sample_shape(n_runs));
  schema.attributes = {{"title", "sample"},
                       {"study_key", "sample-key"},
                       {"stored_first", "levels 0.6 0.95\nweights true\n"},
                       {"study", "[study]\nname = \"sample\"  # µ\n" + std::string(100000, '#')},
                       {"build", "{}"}};
  return schema;
}

/// Every fifth run fails, every fifth diverges early; every fourth never reaches the second level.
inline RunResult sample_result(std::size_t run) {
  const auto value = static_cast<float>(run);
  RunResult result;
  result.status = run % 5 == 3 ? RunStatus::failed : run % 5 == 4 ? RunStatus::diverged : RunStatus::done;
  if (result.status != RunStatus::done) result.message = fmt::format("run {} did not like it", run);
  result.wall_seconds = 1.5 + value;
  result.cpu_seconds = 1.25 + value;
  const std::size_t n_values = result.status == RunStatus::done ? 21 : 3;
  for (const char* name : {"gradient_norm", "loss"}) {
    Curve curve{name, {}};
    for (std::size_t update = 0; update < n_values; ++update)
      curve.values.push_back(value + static_cast<float>(update) / 32 + (curve.name == "loss" ? 100.0f : 0.0f));
    result.curves.push_back(curve);
  }
  for (int level = 0; level < 2; ++level) {
    Snapshot snapshot;
    if (level == 1 && run % 4 == 1) {
      result.snapshots.push_back(snapshot);
      continue;
    }
    const auto n_units = static_cast<Index>(3 + run % 3);
    snapshot.update = 5 + level;
    snapshot.error = 0.4 - 0.3 * level + 0.001 * value;
    snapshot.representation = Matrix<float>::NullaryExpr(4, n_units, [&](Index sample, Index unit) {
      return value + 0.5f * static_cast<float>(sample) + 0.0625f * static_cast<float>(unit + 8 * level);
    });
    snapshot.outputs = Matrix<float>::NullaryExpr(4, 2, [&](Index sample, Index output) {
      return -value + 0.25f * static_cast<float>(sample) - 0.125f * static_cast<float>(output + 4 * level);
    });
    snapshot.parameters.assign(2 + run % 6, value - static_cast<float>(level));
    result.snapshots.push_back(snapshot);
  }
  const double number = static_cast<double>(run);
  result.network = {{0.5 + number, 3 + number}, {0.25, 0.125, 0.0625 * number}, {0.5, 0.375, 0.03125 * number}};
  return result;
}

inline Attempt sample_attempt(std::size_t run) {
  return {1 + static_cast<int>(run % 2), static_cast<int>(run % 3), 1.7e9 + static_cast<double>(run),
          1.7e9 + 10 + static_cast<double>(run)};
}

}  // namespace cohort
