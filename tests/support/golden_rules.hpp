#pragma once

#include <cohort/tasks/trial_batch.hpp>

#include <support/shared_data.hpp>

#include <nlohmann/json.hpp>

#include <fstream>

namespace cohort::test {

/// Gradients of small networks that were computed outside Cohort, in two or three independent ways each, with the
/// trials they belong to.
class GoldenRules {
 public:
  static std::filesystem::path path() { return shared_file("golden/rule_vectors.json"); }

  GoldenRules() { std::ifstream(path()) >> json_; }

  const nlohmann::json& json() const { return json_; }

  /// A matrix, or a vector as one column.
  static MatrixXd matrix(const nlohmann::json& rows) {
    const auto n_rows = static_cast<Index>(rows.size());
    if (!rows[0].is_array())
      return MatrixXd::NullaryExpr(n_rows, 1,
                                   [&](Index i, Index) { return rows[static_cast<std::size_t>(i)].get<double>(); });
    return MatrixXd::NullaryExpr(n_rows, static_cast<Index>(rows[0].size()), [&](Index i, Index j) {
      return rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)].get<double>();
    });
  }

  /// 2 trials of 12 steps with 3 inputs, 2 outputs and a mask.
  TrialBatch<double> batch() const {
    TaskInfo info;
    info.n_inputs = 3;
    info.n_outputs = 2;
    TrialBatch<double> result;
    resize_batch(info, 2, 12, result);
    for (std::size_t step = 0; step < 12; ++step) {
      for (std::size_t trial = 0; trial < 2; ++trial) {
        const auto column = static_cast<Index>(step * 2 + trial);
        result.inputs.col(column).head(3) = matrix(json_["x"][step][trial]);
        result.targets.col(column) = matrix(json_["ystar"][step][trial]);
        result.mask.col(column).setConstant(json_["mask"][step]);
      }
    }
    return result;
  }

 private:
  nlohmann::json json_;
};

}  // namespace cohort::test
