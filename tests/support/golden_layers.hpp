#pragma once

#include <cohort/learning/layered_rule.hpp>
#include <cohort/network/architectures.hpp>

#include <support/shared_data.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace cohort::test {

/// A matrix stored as rows, or a vector as one column.
inline MatrixXd matrix(const nlohmann::json& rows) {
  const auto n_rows = static_cast<Index>(rows.size());
  const bool is_vector = !rows[0].is_array();
  MatrixXd result(n_rows, is_vector ? 1 : static_cast<Index>(rows[0].size()));
  for (Index i = 0; i < n_rows; ++i)
    for (Index j = 0; j < result.cols(); ++j) {
      const auto& row = rows[static_cast<std::size_t>(i)];
      result(i, j) = is_vector ? row.get<double>() : row[static_cast<std::size_t>(j)].get<double>();
    }
  return result;
}

/// One file of golden/layered: networks with stored parameters, and what must come out of them.
class GoldenLayers {
 public:
  static std::filesystem::path path(const std::string& file) { return shared_file("golden/layered/" + file); }

  explicit GoldenLayers(const std::filesystem::path& path) { std::ifstream(path) >> json_; }

  const nlohmann::json& all() const { return json_; }
  const nlohmann::json& cases() const { return json_["cases"]; }
  const nlohmann::json& case_named(const std::string& name) const {
    for (const auto& example : cases())
      if (example["name"] == name) return example;
    throw std::out_of_range(name);
  }
  const nlohmann::json& stored_network(const nlohmann::json& example) const {
    return json_["networks"][example["network"].get<std::string>()];
  }

  /// The network of a case, with its stored weights: a dense skip is stored in the columns after those of its layer.
  std::unique_ptr<LayeredNetwork<double>> network(const nlohmann::json& example) const {
    const nlohmann::json& stored = stored_network(example);
    const auto widths = stored["layers"].get<std::vector<Index>>();
    const std::vector<Index> hidden(widths.begin() + 1, widths.end() - 1);
    std::string variant =
        fmt::format("mlp/hidden={},skip={},activation={}", fmt::join(hidden, "-"), stored["skip"].get<std::string>(),
                    example["activation"]["name"].get<std::string>());
    for (const char* parameter : {"beta", "slope"})
      if (example["activation"].count(parameter) > 0)
        variant += fmt::format(",{}={}", parameter, example["activation"][parameter].get<double>());
    auto made = architectures<double>().make(variant, widths.front(), widths.back());
    std::unique_ptr<LayeredNetwork<double>> network(dynamic_cast<LayeredNetwork<double>*>(made.release()));
    for (std::size_t l = 1; l <= network->layers().size(); ++l) {
      const Layer& layer = network->layers()[l - 1];
      const MatrixXd weights = matrix(stored["W"][std::to_string(l)]);
      network->parameters().block(layer.sources[0].weights) = weights.leftCols(layer.sources[0].n_read);
      if (layer.sources.size() > 1 && !layer.sources[1].weights.empty())
        network->parameters().block(layer.sources[1].weights) = weights.rightCols(layer.sources[1].n_read);
      network->parameters().block(layer.bias) = matrix(stored["b"][std::to_string(l)]);
    }
    return network;
  }

  /// The square or tower network of a case of gait_prop.json or trainer.json.
  static std::unique_ptr<LayeredNetwork<double>> square_network(const nlohmann::json& example) {
    const auto widths = example["layers"].get<std::vector<Index>>();
    const std::vector<Index> hidden(widths.begin() + 1, widths.end() - 1);
    const std::string architecture = example["architecture"];
    const std::string shape = architecture == "square" ? fmt::format("hidden_layers={}", hidden.size())
                                                       : fmt::format("hidden={}", fmt::join(hidden, "-"));
    auto made = architectures<double>().make(fmt::format("{}/{},activation=leaky_relu,slope={}", architecture, shape,
                                                         example["activation"]["slope"].get<double>()),
                                             widths.front(), example["n_classes"].get<Index>());
    std::unique_ptr<LayeredNetwork<double>> network(dynamic_cast<LayeredNetwork<double>*>(made.release()));
    set_parameters(*network, example);
    return network;
  }

  /// W and b of every layer as `stored` has them, in a network without dense skips.
  static void set_parameters(LayeredNetwork<double>& network, const nlohmann::json& stored) {
    for (std::size_t l = 1; l <= network.layers().size(); ++l) {
      network.parameters().block(network.layers()[l - 1].sources[0].weights) = matrix(stored["W"][std::to_string(l)]);
      network.parameters().block(network.layers()[l - 1].bias) = matrix(stored["b"][std::to_string(l)]);
    }
  }

  static std::string last(const LayeredNetwork<double>& network) { return std::to_string(network.layers().size()); }

  /// Samples are rows, as stored.
  static void forward(LayeredNetwork<double>& network, const MatrixXd& samples) {
    MatrixXd inputs(samples.cols() + 1, samples.rows());
    inputs.topRows(samples.cols()) = samples.transpose();
    inputs.bottomRows(1).setOnes();
    network.forward(inputs, samples.rows());
  }

  /// What a rule makes of the mean loss whose derivative for each sample is `error`, a row per sample.
  static ParameterSet<double> gradient(LayeredNetwork<double>& network, LearningRule<double>& rule,
                                       const MatrixXd& samples, const MatrixXd& error) {
    forward(network, samples);
    const MatrixXd mean_error = error.transpose() / static_cast<double>(samples.rows());
    ParameterSet<double> result(network.parameters().layout);
    const TrialBatch<double> batch;
    UpdateContext<double> context{network, batch, network.activity(), mean_error};
    context.total_weight = static_cast<double>(samples.rows());
    rule.add_gradient(context, result);
    return result;
  }

  static void expect_forward(const LayeredNetwork<double>& network, const nlohmann::json& expected) {
    for (const auto& [layer, values] : expected["h"].items())
      EXPECT_LT((network.activity_of(std::stol(layer)).transpose() - matrix(values)).norm(), 1e-13) << "h of " << layer;
  }

  static void expect_gradient(const LayeredNetwork<double>& network, const ParameterSet<double>& gradient,
                              const nlohmann::json& expected, double tolerance) {
    for (std::size_t l = 1; l <= network.layers().size(); ++l) {
      const Layer& layer = network.layers()[l - 1];
      const MatrixXd weights = matrix(expected["dW"][std::to_string(l)]);
      MatrixXd found = gradient.block(layer.sources[0].weights);
      if (layer.sources.size() > 1 && !layer.sources[1].weights.empty()) {
        const auto skip = gradient.block(layer.sources[1].weights);
        found.conservativeResize(Eigen::NoChange, found.cols() + skip.cols());
        found.rightCols(skip.cols()) = skip;
      }
      EXPECT_LT((found - weights).cwiseAbs().maxCoeff(), tolerance * weights.cwiseAbs().maxCoeff()) << "W of " << l;
      const MatrixXd bias = matrix(expected["db"][std::to_string(l)]);
      EXPECT_LT((gradient.block(layer.bias) - bias).cwiseAbs().maxCoeff(), tolerance * bias.cwiseAbs().maxCoeff())
          << "b of " << l;
    }
  }

 private:
  nlohmann::json json_;
};

}  // namespace cohort::test
