#include <cohort/core/decompositions.hpp>
#include <cohort/dynamics/critical_rate.hpp>
#include <cohort/dynamics/extreme_eigenvalues.hpp>
#include <cohort/dynamics/general_ends.hpp>
#include <cohort/dynamics/hessian_products.hpp>
#include <cohort/dynamics/network_map.hpp>
#include <cohort/learning/credit_rule.hpp>

#include <support/errors.hpp>
#include <support/golden_dynamics.hpp>

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>

#include "dynamics/example_maps.hpp"

namespace cohort {
namespace {

using test::golden_dynamics;
using test::golden_network;
using test::golden_vector;
using test::GoldenRules;
using test::random_matrix;
using test::random_rotation;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const RandomStream kStream("test", "curvature", 1);

/// inputs [T][B][n], mask and targets or classes of a golden case.
TrialBatch<double> golden_trials(const nlohmann::json& inputs, const nlohmann::json& task, Index n_outputs) {
  TrialBatch<double> trials;
  trials.n_steps = static_cast<Index>(inputs.size());
  trials.n_trials = static_cast<Index>(inputs[0].size());
  const auto n_inputs = static_cast<Index>(inputs[0][0].size());
  const bool has_classes = task.contains("classes");
  trials.inputs = MatrixXd::Ones(n_inputs + 1, trials.n_columns());
  trials.mask.resize(has_classes ? 1 : n_outputs, trials.n_columns());
  if (!has_classes) trials.targets.resize(n_outputs, trials.n_columns());
  for (std::size_t step = 0; step < inputs.size(); ++step) {
    const MatrixXd own_inputs = GoldenRules::matrix(inputs[step]), own_mask = GoldenRules::matrix(task["mask"][step]);
    const auto put = [&](MatrixXd& matrix, const MatrixXd& values) {
      matrix.middleCols(static_cast<Index>(step) * trials.n_trials, trials.n_trials).topRows(values.cols()) =
          values.transpose();
    };
    put(trials.inputs, own_inputs);
    put(trials.mask, own_mask);
    if (has_classes)
      for (const auto& value : task["classes"][step]) trials.classes.push_back(value.get<int>());
    else
      put(trials.targets, GoldenRules::matrix(task["target"][step]));
  }
  return trials;
}

/// A network with its trials and its loss, from a golden case.
struct Case {
  Case(const std::string& cell, const nlohmann::json& inputs, const nlohmann::json& parameters,
       const nlohmann::json& task, double l2 = 0)
      : network(golden_network(cell, static_cast<Index>(inputs[0][0].size()),
                               static_cast<Index>(parameters["W_out"].size()), parameters)),
        trials(golden_trials(inputs, task, network->n_outputs())),
        exact({}),
        loss(*network, exact, task.contains("classes") ? LossKind::cross_entropy : LossKind::mean_squared_error, trials,
             options(l2)),
        parameters_(network->parameters().values) {
    exact.begin(*network, kStream);
  }

  static TrainingOptions options(double l2) {
    TrainingOptions result = TrialLoss::without_regularizers();
    result.l2 = l2;
    return result;
  }

  HessianProducts products(const std::string& which) {
    return {loss, parameters_, ParameterSubset(network->parameters().layout, which)};
  }

  /// A vector over all parameters, given block by block.
  VectorXd by_block(const nlohmann::json& json) const {
    ParameterSet<double> set(network->parameters().layout);
    for (const auto& block : set.layout.blocks()) {
      if (!json.contains(block.name)) continue;
      set.block(block.name) = GoldenRules::matrix(json[block.name]);
    }
    return set.values;
  }

  std::unique_ptr<RecurrentNetwork<double>> network;
  TrialBatch<double> trials;
  CreditRule<double> exact;
  TrialLoss loss;
  VectorXd parameters_;
};

SymmetricOperator hessian(HessianProducts& products) {
  return {products.size(), [&](const VectorXd& v) { return products.multiply(v); }};
}
SymmetricOperator gauss_newton(HessianProducts& products) {
  return {products.size(), [&](const VectorXd& v) { return products.multiply_gauss_newton(v); }};
}

double trace(const SymmetricOperator& matrix) {
  double sum = 0;
  for (Index i = 0; i < matrix.size; ++i) sum += matrix.multiply(VectorXd::Unit(matrix.size, i))[i];
  return sum;
}

/// Everything that is golden of one set of parameters.
void expect_curvature(Case& golden, const std::string& which, const nlohmann::json& json) {
  SCOPED_TRACE(which);
  HessianProducts products = golden.products(which);
  EXPECT_EQ(products.size(), json.value("n_parameters", products.size()));
  EXPECT_NEAR(products.gradient().norm(), json["gradient_norm"].get<double>(), 1e-12);
  const ExtremeEigenvalues found = extreme_eigenvalues(hessian(products), kStream);
  ASSERT_TRUE(found.has_converged);
  const double scale = json["frobenius_norm"].get<double>();
  EXPECT_NEAR(found.largest, json["top5"][0].get<double>(), 1e-8 * scale);
  EXPECT_NEAR(found.second, json["top5"][1].get<double>(), 1e-8 * scale);
  EXPECT_NEAR(found.smallest, json["bottom2"][0].get<double>(), 1e-8 * scale);
  EXPECT_FALSE(found.is_degenerate());
  const SymmetricOperator rough{products.size(), [&](const VectorXd& v) { return products.multiply_roughly(v); },
                                [&](const VectorXd& v) { return products.multiply(v); }};
  const ExtremeEigenvalues faster = extreme_eigenvalues(rough, kStream);
  EXPECT_NEAR(faster.largest, json["top5"][0].get<double>(), 1e-8 * scale) << "from rough vectors";
  EXPECT_NEAR(faster.second, json["top5"][1].get<double>(), 1e-8 * scale);
  const VectorXd probe = random_matrix(products.size(), 1, 3), product = products.multiply(probe);
  EXPECT_LE((products.multiply_roughly(probe) - product).norm(), 1e-6 * product.norm());
  EXPECT_NEAR(trace(hessian(products)), json["trace"].get<double>(), 1e-7 * scale);
  EXPECT_NEAR(products.sharpness_along(products.gradient()), json["gHg_over_gg"].get<double>(), 1e-8 * scale);
  const double gauss = largest_eigenvalue(gauss_newton(products), kStream);
  EXPECT_NEAR(gauss, json["gauss_newton_leading"].get<double>(), 1e-8 * scale);
  EXPECT_NEAR(trace(gauss_newton(products)), json["gauss_newton_trace"].get<double>(), 1e-7 * scale);
  EXPECT_GT(std::abs(gauss - found.largest), 1e-3 * found.largest) << "the two parts differ";
}

/// `decay` is what weight decay adds to the loss.
void expect_case(Case& golden, const nlohmann::json& json, double decay = 0) {
  EXPECT_NEAR(golden.loss.run(golden.parameters_) + decay, json["loss"].get<double>(), 1e-12);
  EXPECT_LE((golden.loss.gradient() - golden.by_block(json["gradient"])).norm(), 1e-12);
  HessianProducts all = golden.products("all");
  const VectorXd expected = golden.by_block(json["Hv"]);
  const VectorXd found = all.multiply(golden.by_block(json["v"]));
  EXPECT_LE((found - expected).norm(), 1e-8 * expected.norm());
  EXPECT_GT((found - expected).norm(), 0);
}

TEST(HessianProducts, of_voltage_networks_are_golden) {
  COHORT_SKIP_WITHOUT(test::golden_dynamics_path("curvature_ctrnn.json"));
  const auto json = golden_dynamics("curvature_ctrnn.json");
  for (const char* activation : {"tanh", "retanh"})
    for (const char* loss : {"mse", "ce"}) {
      SCOPED_TRACE(std::string(activation) + " " + loss);
      const auto& one = json["cases"][activation];
      Case golden("ctrnn/units=8,tau=3.3333333333333335,activation=" + std::string(activation), one["inputs"],
                  one["parameters"], one[loss]);
      expect_case(golden, one[loss]);
      expect_curvature(golden, "all", one[loss]["hessian"]["all"]);
      expect_curvature(golden, "W", one[loss]["hessian"]["W"]);
    }
}

TEST(HessianProducts, the_leading_eigenvalue_is_not_that_of_largest_modulus) {
  COHORT_SKIP_WITHOUT(test::golden_dynamics_path("curvature_ctrnn.json"));
  const auto json = golden_dynamics("curvature_ctrnn.json");
  const auto& one = json["cases"]["tanh_negative_curvature"];
  Case golden("ctrnn/units=4,tau=2.5,activation=tanh", one["inputs"], one["parameters"], one["mse"]);
  HessianProducts products = golden.products("recurrent");
  const ExtremeEigenvalues found = extreme_eigenvalues(hessian(products), kStream);
  EXPECT_NEAR(found.largest, one["mse"]["hessian"]["W"]["top5"][0].get<double>(), 1e-7);
  EXPECT_LT(found.smallest, -2 * found.largest);
}

TEST(HessianProducts, of_a_relu_network_with_weight_decay_are_golden) {
  COHORT_SKIP_WITHOUT(test::golden_dynamics_path("curvature_relu_last_step.json"));
  const auto json = golden_dynamics("curvature_relu_last_step.json");
  Case golden("ctrnn/units=8,tau=1,activation=relu", json["inputs"], json["parameters"], json,
              json["sizes"]["l2"].get<double>());
  double squares = 0;
  for (const char* name : {"W", "W_in", "W_out"}) squares += golden.network->parameters().block(name).squaredNorm();
  expect_case(golden, json, 0.005 * squares);
  HessianProducts products = golden.products("W");
  const ExtremeEigenvalues found = extreme_eigenvalues(hessian(products), kStream);
  EXPECT_NEAR(found.largest, json["hessian"]["W"]["top5"][0].get<double>(), 1e-7);
  EXPECT_NEAR(found.smallest, json["hessian"]["W"]["bottom2"][0].get<double>(), 1e-7);
}

TEST(HessianProducts, of_a_gated_network_are_golden) {
  COHORT_SKIP_WITHOUT(test::golden_dynamics_path("curvature_gru.json"));
  const auto json = golden_dynamics("curvature_gru.json");
  for (const char* loss : {"mse", "ce"}) {
    SCOPED_TRACE(loss);
    Case golden("gru/units=5", json["inputs"], json["parameters"], json[loss]);
    expect_case(golden, json[loss]);
    expect_curvature(golden, "all", json[loss]["hessian"]["all"]);
    expect_curvature(golden, "recurrent", json[loss]["hessian"]["W"]);
  }
}

/// One trial of two steps through one relu unit whose drive is `bias` at first.
TrialBatch<double> one_trial() {
  TrialBatch<double> trials;
  trials.n_trials = 1, trials.n_steps = 2;
  trials.inputs = MatrixXd::Ones(2, 2);
  trials.targets = MatrixXd::Ones(1, 2);
  trials.mask = MatrixXd::Ones(1, 2);
  return trials;
}

TEST(HessianProducts, see_a_kink_nearby_and_refuse_one_that_they_stand_on) {
  const auto network = test::recurrent<double>("ctrnn/units=1,tau=1,activation=relu", 1, 1);
  network->initialize(*initializations().make("gaussian"), kStream);
  network->parameters().values.setOnes();
  network->parameters().block("a_0").setConstant(-1);
  const TrialBatch<double> trials = one_trial();
  CreditRule<double> exact({});
  exact.begin(*network, kStream);
  TrialLoss loss(*network, exact, LossKind::mean_squared_error, trials);
  const ParameterSubset subset(network->parameters().layout, "b");
  const auto curvature_at = [&](double drive) {
    network->parameters().block("b").setConstant(drive - 1);  // the input is 1
    return HessianProducts(loss, network->parameters().values, subset).multiply(VectorXd::Ones(1))[0];
  };
  // Active: a_1 = d, a_2 = d + d, each seen with weight 1: E = ½ [(d + 1 - 1)² + (2d + 1 - 1)²], E'' = 1 + 4.
  EXPECT_NEAR(curvature_at(0.5), 5, 1e-7);
  EXPECT_NEAR(curvature_at(1e-7), 5, 1e-3) << "closer than the first distance";
  EXPECT_NEAR(curvature_at(-0.5), 0, 1e-7);
  EXPECT_THROW(curvature_at(0), AtKink);
  // The derivative of an update, from one side: that of the exact rule is the Hessian.
  const auto update_slope_at = [&](double drive) {
    network->parameters().block("b").setConstant(drive - 1);
    HessianProducts products(loss, network->parameters().values, subset);
    return products.multiply_update(exact, products.update_of(exact), VectorXd::Ones(1))[0];
  };
  EXPECT_NEAR(update_slope_at(0.5), 5, 1e-5);
  EXPECT_NEAR(update_slope_at(-1e-8), 0, 1e-5) << "the first distance goes beyond the kink";
  EXPECT_THROW(update_slope_at(0), AtKink);
}

TEST(ParameterSubset, names_what_a_network_has) {
  const auto network = test::recurrent<double>("gru/units=3", 2, 1);
  const ParameterLayout& layout = network->parameters().layout;
  EXPECT_EQ(ParameterSubset(layout, "all").size(), layout.size());
  EXPECT_EQ(ParameterSubset(layout, "recurrent").size(), 27);
  EXPECT_EQ(ParameterSubset(layout, "W_z").size(), 9);
  EXPECT_THAT(test::user_error([&] { ParameterSubset(layout, "W"); }),
              testing::HasSubstr("no parameters 'W' (known: all, recurrent, W_r"));
}

MatrixXd symmetric(const VectorXd& eigenvalues, std::uint64_t item) {
  const MatrixXd rotation = random_rotation(eigenvalues.size(), item);
  return rotation * eigenvalues.asDiagonal() * rotation.transpose();
}

SymmetricOperator operator_of(const MatrixXd& matrix) {
  return {matrix.rows(), [&](const VectorXd& v) -> VectorXd { return matrix * v; }};
}

TEST(ExtremeEigenvalues, of_large_and_small_matrices_are_those_of_the_full_decomposition) {
  for (const Index n : {1, 2, 5, 32, 33, 200}) {
    MatrixXd matrix = random_matrix(n, n, static_cast<std::uint64_t>(n));
    matrix = (matrix + matrix.transpose()).eval();
    const Eigen::SelfAdjointEigenSolver<MatrixXd> full(matrix);
    const ExtremeEigenvalues found = extreme_eigenvalues(operator_of(matrix), kStream);
    ASSERT_TRUE(found.has_converged) << n;
    const double scale = 1e-7 * matrix.norm();
    EXPECT_NEAR(found.largest, full.eigenvalues()[n - 1], scale) << n;
    EXPECT_NEAR(found.smallest, full.eigenvalues()[0], scale) << n;
    EXPECT_NEAR(std::abs(found.leading.dot(full.eigenvectors().col(n - 1))), 1, 1e-6) << n;
    if (n == 1) continue;
    EXPECT_NEAR(found.second, full.eigenvalues()[n - 2], scale) << n;
  }
}

TEST(ExtremeEigenvalues, a_double_leading_eigenvalue_is_seen) {
  VectorXd eigenvalues = VectorXd::LinSpaced(60, -1, 1);
  EXPECT_FALSE(extreme_eigenvalues(operator_of(symmetric(eigenvalues, 1)), kStream).is_degenerate());
  eigenvalues[58] = 1;
  const MatrixXd matrix = symmetric(eigenvalues, 1);
  const ExtremeEigenvalues found = extreme_eigenvalues(operator_of(matrix), kStream);
  EXPECT_NEAR(found.second, 1, 1e-7);
  EXPECT_TRUE(found.is_degenerate());
}

TEST(ExtremeEigenvalues, of_what_is_not_finite_are_not_known) {
  for (const Index n : {5, 60}) {
    const SymmetricOperator not_finite{n, [](const VectorXd& v) -> VectorXd { return v * nan; }};
    const ExtremeEigenvalues found = extreme_eigenvalues(not_finite, kStream);
    EXPECT_FALSE(found.has_converged);
    EXPECT_FALSE(found.is_degenerate());
    EXPECT_TRUE(std::isnan(found.largest) && std::isnan(found.second) && std::isnan(found.smallest));
    EXPECT_TRUE(std::isnan(largest_eigenvalue(not_finite, kStream)));
    const GeneralEnds ends = general_ends({n, not_finite.multiply}, 2, kStream);
    EXPECT_EQ(ends.leading.size(), 0);
    EXPECT_TRUE(std::isnan(ends.smallest_real));
  }
  const MatrixXd even = symmetric(VectorXd::LinSpaced(60, -1, 1), 1), general = random_matrix(60, 60, 3);
  for (const int n_good : {10, 40}) {  // in the middle of the iteration
    int n_products = 0;
    const auto breaking = [&](const MatrixXd& matrix) {
      n_products = 0;
      return [&](const VectorXd& v) -> VectorXd {
        return ++n_products > n_good ? VectorXd(v * nan) : VectorXd(matrix * v);
      };
    };
    EXPECT_FALSE(extreme_eigenvalues({60, breaking(even)}, kStream).has_converged) << n_good;
    EXPECT_EQ(general_ends({60, breaking(general)}, 2, kStream).leading.size(), 0) << n_good;
  }
}

TEST(ExtremeEigenvalues, searches_can_be_stopped_at_any_product) {
  const MatrixXd matrix = symmetric(VectorXd::LinSpaced(60, -1, 1), 1);
  const auto expect_stops = [&](const std::function<void(const StopCheck&)>& search) {
    int n_asked = 0;
    search([&] { ++n_asked; });
    EXPECT_GT(n_asked, 5);
    for (const int last : {1, n_asked / 2, n_asked}) {
      int n = 0;
      EXPECT_THROW(search([&] {
                     if (++n == last) throw StopRequest();
                   }),
                   StopRequest);
      EXPECT_EQ(n, last);
    }
  };
  const SymmetricOperator products = operator_of(matrix);
  expect_stops([&](const StopCheck& stop) { extreme_eigenvalues(products, kStream, stop); });
  expect_stops([&](const StopCheck& stop) { largest_eigenvalue(products, kStream, stop); });
  expect_stops([&](const StopCheck& stop) { general_ends({60, products.multiply}, 2, kStream, stop); });
  expect_stops([&](const StopCheck& stop) { hutchinson_trace(products, 9, kStream, stop); });
}

TEST(GeneralEnds, of_large_and_small_matrices_are_those_of_the_full_decomposition) {
  for (const Index n : {3, 32, 120}) {
    MatrixXd matrix = random_matrix(n, n, static_cast<std::uint64_t>(n)) / std::sqrt(static_cast<double>(n));
    for (const double shift : {0.0, 3.0}) {
      matrix.diagonal().array() += shift;
      matrix(0, 0) += 2;
      const Stability full = stability_of(matrix);
      const GeneralEnds found =
          general_ends({n, [&](const VectorXd& v) -> VectorXd { return matrix * v; }}, 2, kStream);
      ASSERT_EQ(found.leading.size(), 2) << n;
      EXPECT_LT(std::abs(found.leading[0] - full.eigenvalues[0]), 1e-3) << n;
      EXPECT_NEAR(found.smallest_real, full.eigenvalues.real().minCoeff(), shift > 0 ? 1e-2 : 0.3) << n;
    }
  }
}

TEST(HutchinsonTrace, is_right_within_its_error_and_exact_for_a_diagonal) {
  MatrixXd matrix = random_matrix(50, 50, 9);
  matrix = (matrix + matrix.transpose()).eval();
  const TraceEstimate estimate = hutchinson_trace(operator_of(matrix), 200, kStream);
  EXPECT_LE(std::abs(estimate.trace - matrix.trace()), 5 * estimate.standard_error);
  const MatrixXd off = matrix - MatrixXd(matrix.diagonal().asDiagonal());
  EXPECT_NEAR(estimate.standard_error, std::sqrt(2 * off.squaredNorm() / 200), 0.2 * estimate.standard_error);
  const MatrixXd diagonal = VectorXd::LinSpaced(9, -1, 3).asDiagonal();
  EXPECT_NEAR(hutchinson_trace(operator_of(diagonal), 1, kStream).trace, 9, 1e-12);
}

/// The derivative of a rule's update by the recurrent weights at a golden minimum, and what follows from it.
void expect_threshold(const nlohmann::json& json, const CreditAxes& axes) {
  const auto& inputs = json["inputs"];
  // The targets are the outputs at the minimum.
  const auto network = golden_network("ctrnn/units=4,tau=3.3333333333333335,activation=tanh", 3, 3, json["parameters"]);
  TrialBatch<double> trials;
  trials.n_steps = static_cast<Index>(inputs.size()), trials.n_trials = static_cast<Index>(inputs[0].size());
  trials.inputs = MatrixXd::Ones(4, trials.n_columns());
  for (std::size_t step = 0; step < inputs.size(); ++step)
    trials.inputs.topRows(3).middleCols(static_cast<Index>(step) * trials.n_trials, trials.n_trials) =
        GoldenRules::matrix(inputs[step]).transpose();
  trials.targets = network->forward(trials.inputs, trials.n_trials).outputs;
  trials.mask = MatrixXd::Ones(3, trials.n_columns());
  CreditRule<double> exact({}), rule(axes);
  exact.begin(*network, kStream);
  rule.begin(*network, kStream);
  TrialLoss loss(*network, exact, LossKind::mean_squared_error, trials);
  const VectorXd minimum = network->parameters().values;
  const ParameterSubset subset(network->parameters().layout, "W");
  HessianProducts products(loss, minimum, subset);
  const ExtremeEigenvalues found = extreme_eigenvalues(hessian(products), kStream);
  EXPECT_NEAR(found.largest, json["lambda_1"].get<double>(), 1e-7);
  const MatrixXd update = update_jacobian(loss, rule, minimum, subset);
  const double rho = found.leading.dot(update * found.leading) / found.largest;
  EXPECT_NEAR(rho, json["rho"].get<double>(), 1e-6);
  const CriticalRate rate = critical_rate(Eigen::EigenSolver<MatrixXd>(update, false).eigenvalues());
  EXPECT_EQ(rate.is_always_left, json["eta_critical_exact"].is_null());
  if (!rate.is_always_left) {
    EXPECT_NEAR(rate.rate, json["eta_critical_exact"].get<double>(), 1e-4 * rate.rate);
  }
  const VectorXd step = products.update_of(rule);
  const GeneralEnds ends = general_ends(
      {subset.size(), [&](const VectorXd& v) { return products.multiply_update(rule, step, v); }}, 16, kStream);
  const Stability all = stability_of(update);
  EXPECT_LT((ends.leading - all.eigenvalues).norm(), 1e-5 * all.eigenvalues.norm());
  EXPECT_NEAR(ends.smallest_real, all.eigenvalues.real().minCoeff(), 1e-5 * all.eigenvalues.norm());
  const MatrixXd true_update = update_jacobian(loss, exact, minimum, subset);
  const CriticalRate bptt = critical_rate(Eigen::EigenSolver<MatrixXd>(true_update, false).eigenvalues());
  EXPECT_NEAR(bptt.rate, json["eta_critical_bptt"].get<double>(), 1e-4 * bptt.rate);
}

/// The gradient by W of a rule that detaches the whole state, the leak too, each `window` steps counted from the end:
/// every window is run by itself from where the network had come to. None of our rules cuts the leak.
VectorXd detached_gradient(RecurrentNetwork<double>& network, const TrialBatch<double>& trials, Index window) {
  const Index n = trials.n_trials, n_inputs = trials.inputs.rows() - 1;
  std::vector<MatrixXd> states;  // of each trial
  for (Index trial = 0; trial < n; ++trial) {
    MatrixXd inputs(n_inputs, trials.n_steps);
    for (Index step = 0; step < trials.n_steps; ++step)
      inputs.col(step) = trials.inputs.col(step * n + trial).head(n_inputs);
    states.push_back(visited_states(network, inputs));
  }
  const MatrixXd feedback = network.parameters().block("W_out").transpose();
  ParameterSet<double> gradient(network.parameters().layout);
  Index first = 0;
  while (first < trials.n_steps) {
    Index last = first + 1;
    while (last < trials.n_steps && (trials.n_steps - last) % window != 0) ++last;
    MatrixXd shift(network.n_units(), n);
    const VectorXd usual = network.parameters().block("a_0").col(0);
    for (Index trial = 0; trial < n; ++trial)
      shift.col(trial) = first == 0 ? VectorXd::Zero(usual.size())
                                    : VectorXd(states[static_cast<std::size_t>(trial)].col(first - 1) - usual);
    ForwardOptions<double> pass;
    pass.start_noise = &shift;
    const MatrixXd inputs = trials.inputs.middleCols(first * n, (last - first) * n);
    const MatrixXd& outputs = network.forward(inputs, n, pass).outputs;
    const MatrixXd error = 2 * (outputs - trials.targets.middleCols(first * n, (last - first) * n)) /
                           static_cast<double>(trials.targets.size());
    network.backward(inputs, error, feedback, {}, {}, gradient);
    first = last;
  }
  return ParameterSubset(gradient.layout, "W").part_of(gradient.values);
}

TEST(CriticalRate, of_detached_windows_at_the_golden_minimum_is_exact) {
  COHORT_SKIP_WITHOUT(test::golden_dynamics_path("stability_threshold.json"));
  const auto json = golden_dynamics("stability_threshold.json")["network_tbptt"];
  const auto& inputs = json["inputs"];
  const auto network = golden_network("ctrnn/units=4,tau=3.3333333333333335,activation=tanh", 3, 3, json["parameters"]);
  TrialBatch<double> trials;
  trials.n_steps = static_cast<Index>(inputs.size()), trials.n_trials = static_cast<Index>(inputs[0].size());
  trials.inputs = MatrixXd::Ones(4, trials.n_columns());
  for (std::size_t step = 0; step < inputs.size(); ++step)
    trials.inputs.topRows(3).middleCols(static_cast<Index>(step) * trials.n_trials, trials.n_trials) =
        GoldenRules::matrix(inputs[step]).transpose();
  trials.targets = network->forward(trials.inputs, trials.n_trials).outputs;
  const ParameterSubset subset(network->parameters().layout, "W");
  const VectorXd minimum = network->parameters().values;
  MatrixXd update(subset.size(), subset.size());
  for (Index column = 0; column < subset.size(); ++column) {
    const auto at = [&](double moved) {
      network->parameters().values = minimum;
      subset.add(VectorXd::Unit(subset.size(), column), moved, network->parameters().values);
      return detached_gradient(*network, trials, 3);
    };
    update.col(column) = (at(1e-5) - at(-1e-5)) / 2e-5;
  }
  const CriticalRate rate = critical_rate(Eigen::EigenSolver<MatrixXd>(update, false).eigenvalues());
  EXPECT_FALSE(rate.is_always_left);
  EXPECT_NEAR(rate.rate, json["eta_critical_exact"].get<double>(), 1e-4 * rate.rate);
  EXPECT_GT(std::abs(rate.rate - json["eta_theorem"].get<double>()), 5) << "the published estimate is another";
}

TEST(CriticalRate, of_truncated_rules_at_golden_minima_is_exact) {
  COHORT_SKIP_WITHOUT(test::golden_dynamics_path("stability_threshold.json"));
  const auto json = golden_dynamics("stability_threshold.json");
  CreditAxes eprop;
  eprop.path = RecurrentPath::none;
  for (const char* name : {"network_eprop", "network_always_left"}) {
    SCOPED_TRACE(name);
    expect_threshold(json[name], eprop);
  }
}

TEST(CriticalRate, is_that_of_the_fastest_direction_and_there_is_none_where_one_runs_away) {
  using Complex = std::complex<double>;
  VectorXcd eigenvalues(3);
  eigenvalues << Complex(0.5, 0), Complex(1, 1), Complex(1, -1);
  EXPECT_DOUBLE_EQ(critical_rate(eigenvalues).rate, 1);
  eigenvalues[0] = Complex(0, 0);  // a direction that does nothing
  EXPECT_DOUBLE_EQ(critical_rate(eigenvalues).rate, 1);
  eigenvalues[0] = Complex(-0.1, 0);
  EXPECT_TRUE(critical_rate(eigenvalues).is_always_left);
}

}  // namespace
}  // namespace cohort
