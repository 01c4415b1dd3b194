#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/network/initializations.hpp>

#include <support/golden_rules.hpp>
#include <support/recurrent.hpp>

#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace cohort::test {

inline std::filesystem::path golden_dynamics_path(const std::string& file) {
  return shared_file("golden/dynamics/" + file);
}

/// One file of golden/dynamics.
inline nlohmann::json golden_dynamics(const std::string& file) {
  nlohmann::json json;
  std::ifstream(golden_dynamics_path(file)) >> json;
  return json;
}

/// A list of numbers.
inline VectorXd golden_vector(const nlohmann::json& list) { return GoldenRules::matrix(list).col(0); }

/// A recurrent network with the parameters of `json`; those it does not name are 0.
inline std::unique_ptr<RecurrentNetwork<double>> golden_network(const std::string& cell, Index n_inputs,
                                                                Index n_outputs, const nlohmann::json& json) {
  auto network = recurrent<double>(cell, n_inputs, n_outputs);
  network->initialize(*initializations().make("gaussian"), RandomStream("test", "golden", 1));
  network->parameters().values.setZero();
  for (const auto& block : network->parameters().layout.blocks())
    if (json.contains(block.name)) network->parameters().block(block.name) = GoldenRules::matrix(json[block.name]);
  return network;
}

/// inputs [T][n_in] as columns.
inline MatrixXd golden_inputs(const nlohmann::json& steps) { return GoldenRules::matrix(steps).transpose(); }

}  // namespace cohort::test
