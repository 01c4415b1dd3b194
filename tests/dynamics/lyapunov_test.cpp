#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/dynamics/lyapunov.hpp>
#include <cohort/dynamics/network_map.hpp>

#include <support/cell_variants.hpp>
#include <support/golden_dynamics.hpp>
#include <support/random_network.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "dynamics/example_maps.hpp"

namespace cohort {
namespace {

using test::FunctionMap;
using test::golden_dynamics;
using test::golden_inputs;
using test::golden_network;
using test::golden_vector;
using test::linear_map;
using test::random_matrix;
using test::random_rotation;

constexpr double infinity = std::numeric_limits<double>::infinity();

LyapunovOptions options(Index n_transient, Index n_steps, Index steps_per_qr = 1, Index n_exponents = 0) {
  LyapunovOptions result;
  result.n_transient = n_transient;
  result.n_steps = n_steps;
  result.steps_per_qr = steps_per_qr;
  result.n_exponents = n_exponents;
  return result;
}

LyapunovOptions options_of(const nlohmann::json& json) { return options(json["n_transient"], json["n_steps"]); }

double largest_difference(const VectorXd& a, const VectorXd& b) { return (a - b).cwiseAbs().maxCoeff(); }

FunctionMap henon() {
  const double a = 1.4, b = 0.3;
  const auto step = [=](const VectorXd& x) -> VectorXd {
    return Eigen::Vector2d(1 - a * x[0] * x[0] + x[1], b * x[0]);
  };
  const auto jacobian = [=](const VectorXd& x) -> MatrixXd {
    return (Eigen::Matrix2d() << -2 * a * x[0], 1, b, 0).finished();
  };
  return {2, step, jacobian};
}

class GoldenLyapunov : public testing::Test {
 protected:
  void SetUp() override {
    COHORT_SKIP_WITHOUT(test::golden_dynamics_path("lyapunov.json"));
    golden_ = golden_dynamics("lyapunov.json");
  }
  nlohmann::json golden_;
};

TEST_F(GoldenLyapunov, a_driven_network_is_right_to_the_last_digits) {
  const auto& json = golden_["ctrnn_driven"];
  const auto network = golden_network("ctrnn/units=8,activation=tanh,tau=4", 3, 1, json["parameters"]);
  NetworkMap map(*network, VectorXd::Zero(3));
  const VectorXd start = golden_vector(json["initial_voltage"]), exponents = golden_vector(json["exponents"]);
  const MatrixXd inputs = golden_inputs(json["inputs"]);
  const LyapunovSpectrum all = lyapunov_spectrum(map, start, inputs, options(json["n_transient"], 0));
  EXPECT_EQ(all.n_steps, json["n_steps"].get<Index>());
  EXPECT_LE(largest_difference(all.exponents, exponents), 1e-12);
  EXPECT_LE(largest_difference(all.state, golden_vector(json["final_voltage"])), 1e-12);
  const VectorXd rates = golden_vector(json["exponents_in_rate_coordinates"]);
  EXPECT_GT(largest_difference(all.exponents, rates), 1e-3) << "the state is the voltage";
  EXPECT_NEAR(all.exponents.sum(), json["mean_log_abs_det"].get<double>(), 1e-12);
  const LyapunovSpectrum three = lyapunov_spectrum(map, start, inputs, options(json["n_transient"], 0, 1, 3));
  EXPECT_LE(largest_difference(three.exponents, golden_vector(json["first_3_only"])), 1e-12);
  const LyapunovSpectrum seldom = lyapunov_spectrum(map, start, inputs, options(json["n_transient"], 0, 7));
  EXPECT_LE(largest_difference(seldom.exponents, exponents), 1e-12);
  EXPECT_EQ(kind_of(all), LyapunovKind::contracting);
}

TEST_F(GoldenLyapunov, a_chaotic_network_is_right_as_long_as_its_trajectory_is) {
  const auto& json = golden_["ctrnn_autonomous_short"];
  const auto network = golden_network("ctrnn/units=16,activation=tanh,tau=2", 1, 1, json["parameters"]);
  const NetworkMap map(*network, VectorXd::Zero(1));
  const LyapunovSpectrum found = lyapunov_spectrum(map, golden_vector(json["initial_voltage"]), options_of(json));
  EXPECT_LE(largest_difference(found.exponents, golden_vector(json["exponents"])), 1e-9);
  EXPECT_NEAR(kaplan_yorke_dimension(found.exponents, 16), json["kaplan_yorke"].get<double>(), 1e-8);
  EXPECT_NEAR(entropy_rate(found.exponents, 16), json["entropy"].get<double>(), 1e-9);
}

TEST_F(GoldenLyapunov, a_long_chaotic_trajectory_is_right_within_its_errors) {
  const auto& json = golden_["ctrnn_autonomous_long"];
  const auto& same = golden_["ctrnn_autonomous_short"];
  const auto network = golden_network("ctrnn/units=16,activation=tanh,tau=2", 1, 1, same["parameters"]);
  const NetworkMap map(*network, VectorXd::Zero(1));
  LyapunovOptions how = options(2000, 20000, 4);
  how.n_blocks = 13;  // of 1500 steps or so, as those of the golden errors
  // Round-off decides where such a trajectory goes, and one in a few lingers near a cycle, where hardly anything
  // varies.
  constexpr int n_starts = 8;
  VectorXd mean = VectorXd::Zero(16), squares = VectorXd::Zero(16);
  for (int start = 1; start <= n_starts; ++start) {
    const LyapunovSpectrum found = lyapunov_spectrum(map, golden_vector(same["initial_voltage"]) / start, how);
    mean += found.exponents / n_starts;
    squares += found.standard_error.cwiseAbs2() / n_starts;
    EXPECT_EQ(kind_of(found), LyapunovKind::expanding) << start;
  }
  const VectorXd exponents = golden_vector(json["exponents"]), error = golden_vector(json["standard_error"]);
  for (Index i = 0; i < 16; ++i) {
    EXPECT_LE(std::abs(mean[i] - exponents[i]), 5 * std::hypot(error[i], std::sqrt(3.0 / n_starts) * error[i])) << i;
    EXPECT_GT(std::sqrt(squares[i]), 0.5 * error[i]) << i;
    EXPECT_LT(std::sqrt(squares[i]), 6 * error[i]) << i;
  }
}

TEST_F(GoldenLyapunov, a_linear_map_grows_by_the_moduli_of_its_eigenvalues) {
  const auto& json = golden_["linear"];
  const FunctionMap map = linear_map(test::GoldenRules::matrix(json["A"]), VectorXd::Zero(6));
  const VectorXd exact = golden_vector(json["exact_log_abs_eigenvalues"]);
  for (const Index steps_per_qr : {1, 10}) {
    const LyapunovSpectrum found =
        lyapunov_spectrum(map, VectorXd::Ones(6), options(json["n_transient"], json["n_steps"], steps_per_qr));
    for (const Index i : {0, 3, 4, 5}) EXPECT_NEAR(found.exponents[i], exact[i], 1e-12) << i;
    EXPECT_NEAR((found.exponents[1] + found.exponents[2]) / 2, exact[1], 1e-12);
    EXPECT_LE(largest_difference(found.exponents, golden_vector(json["exponents"])), 1e-10);
  }
}

TEST_F(GoldenLyapunov, a_stable_fixed_point_has_the_logarithms_of_its_eigenvalues) {
  const auto& json = golden_["stable_fixed_point"];
  const nlohmann::json parameters = json["parameters"];
  const auto network = golden_network("ctrnn/units=8,activation=tanh,tau=4", 1, 1, parameters);
  const NetworkMap map(*network, VectorXd::Zero(1));
  const LyapunovSpectrum found =
      lyapunov_spectrum(map, golden_vector(json["fixed_point_voltage"]), options(2000, 5000, 2));
  const VectorXd exact = golden_vector(json["log_abs_eigenvalues"]);
  for (const Index i : {0, 1, 4, 7}) EXPECT_NEAR(found.exponents[i], exact[i], 1e-11) << i;
  EXPECT_NEAR(found.exponents[2] + found.exponents[3], exact[2] + exact[3], 1e-4);
  EXPECT_NEAR(found.exponents.sum(), json["mean_log_abs_det"].get<double>(), 1e-10);
}

TEST_F(GoldenLyapunov, dimensions_and_entropies_are_those_of_the_cases) {
  for (const auto& json : golden_["kaplan_yorke_cases"]) {
    const VectorXd exponents = golden_vector(json["exponents"]);
    EXPECT_NEAR(kaplan_yorke_dimension(exponents, exponents.size()), json["kaplan_yorke"].get<double>(), 1e-12);
    EXPECT_NEAR(entropy_rate(exponents, exponents.size()), json["entropy"].get<double>(), 1e-12);
  }
}

TEST(Lyapunov, the_exponents_of_henon_are_known) {
  const Eigen::Vector2d start(0.1, 0.1);
  const LyapunovSpectrum found = lyapunov_spectrum(henon(), start, options(1000, 30000));
  EXPECT_NEAR(found.exponents.sum(), std::log(0.3), 1e-12);
  EXPECT_NEAR(found.exponents[0], 0.41922, 5 * 0.0009 * std::sqrt(100.0 / 30));
  EXPECT_LE(std::abs(found.exponents[0] - 0.41922), 5 * found.standard_error[0]);
  EXPECT_NEAR(kaplan_yorke_dimension(found.exponents, 2), 1.258, 0.01);
  const LyapunovSpectrum first = lyapunov_spectrum(henon(), start, options(0, 40));
  EXPECT_NEAR(first.exponents[0], 0.39317329283368296, 1e-10);
}

TEST(Lyapunov, too_few_decompositions_are_noticed_and_made_again) {
  const MatrixXd rotation = random_rotation(5, 1);
  VectorXd factors(5);
  factors << 1.1, 0.5, 0.1, 1e-2, 1e-4;
  const FunctionMap map = linear_map(rotation * factors.asDiagonal() * rotation.transpose(), VectorXd::Zero(5));
  LyapunovOptions how = options(40, 80, 20);
  how.n_blocks = 2;
  const LyapunovSpectrum found = lyapunov_spectrum(map, VectorXd::Ones(5), how);
  EXPECT_GE(found.n_redone, 1);
  EXPECT_LE(largest_difference(found.exponents, factors.array().log()), 1e-9);
  MatrixXd collapsed = rotation;
  for (int step = 0; step < 20; ++step) collapsed = rotation * factors.asDiagonal() * rotation.transpose() * collapsed;
  const MatrixXd r = Eigen::HouseholderQR<MatrixXd>(collapsed).matrixQR();
  EXPECT_GT(std::abs(std::log(std::abs(r(4, 4))) / 20 - std::log(1e-4)), 0.1) << "without the check it goes wrong";
}

TEST(Lyapunov, a_direction_that_the_map_destroys_has_no_finite_exponent) {
  const FunctionMap map = linear_map(Eigen::Vector3d(0.5, 0, 2).asDiagonal(), VectorXd::Zero(3));
  const LyapunovSpectrum found = lyapunov_spectrum(map, VectorXd::Ones(3), options(0, 10));
  EXPECT_NEAR(found.exponents[0], std::log(0.5), 1e-14);
  EXPECT_EQ(found.exponents[1], -infinity);
  EXPECT_NEAR(found.exponents[2], std::log(2.0), 1e-14);
  EXPECT_EQ(kaplan_yorke_dimension(found.exponents, 3), 2);
  EXPECT_NEAR(entropy_rate(found.exponents, 3), std::log(2.0), 1e-14);
}

TEST(Lyapunov, an_exploding_map_says_so) {
  const FunctionMap map = linear_map(MatrixXd::Constant(1, 1, 2), VectorXd::Ones(1));
  const LyapunovSpectrum found = lyapunov_spectrum(map, VectorXd::Ones(1), options(0, 2000));
  EXPECT_TRUE(found.has_exploded);
  EXPECT_EQ(kind_of(found), LyapunovKind::exploded);
  EXPECT_TRUE(std::isnan(found.exponents[0]));
  EXPECT_TRUE(std::isnan(kaplan_yorke_dimension(found.exponents, 1)));
  EXPECT_TRUE(pooled({lyapunov_spectrum(map, VectorXd::Ones(1), options(0, 10)), found}).has_exploded);
}

TEST(Lyapunov, a_rotation_is_marginal) {
  const FunctionMap map = linear_map(random_rotation(4, 3), VectorXd::Zero(4));
  EXPECT_EQ(kind_of(lyapunov_spectrum(map, VectorXd::Ones(4), options(10, 100))), LyapunovKind::marginal);
}

TEST(Lyapunov, too_few_exponents_tell_no_dimension) {
  EXPECT_TRUE(std::isnan(kaplan_yorke_dimension(Eigen::Vector2d(0.3, 0.1), 5)));
  EXPECT_TRUE(std::isnan(entropy_rate(Eigen::Vector2d(0.3, 0.1), 5)));
  EXPECT_EQ(kaplan_yorke_dimension(Eigen::Vector2d(0.3, -0.6), 5), 1.5);
  EXPECT_EQ(entropy_rate(Eigen::Vector2d(0.3, -0.6), 5), 0.3);
}

TEST(Lyapunov, trajectories_are_pooled_by_their_steps) {
  LyapunovSpectrum one, other;
  one.exponents = VectorXd::Constant(1, 1), one.n_steps = 10, one.dimension = 1;
  other.exponents = VectorXd::Constant(1, 4), other.n_steps = 20, other.dimension = 1;
  const LyapunovSpectrum both = pooled({one, other});
  EXPECT_DOUBLE_EQ(both.exponents[0], 3);
  EXPECT_EQ(both.n_steps, 30);
  EXPECT_NEAR(both.standard_error[0], std::sqrt(2 * (4.0 / 9 + 4.0 / 9)), 1e-12);
  EXPECT_TRUE(std::isnan(pooled({one}).standard_error[0]));
}

class EverySpectrum : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, EverySpectrum, testing::ValuesIn(test::cell_names()));

// The sum of all exponents is the mean of log |det J|, by whatever derivatives the cell has.
TEST_P(EverySpectrum, sums_to_the_mean_logarithm_of_the_determinant) {
  for (const std::string& variant : test::variants_of(GetParam(), 12)) {
    const auto network = test::random_network<double>(variant, 3, 2);
    if (network->cell().traits().is_spiking) continue;
    SCOPED_TRACE(variant);
    NetworkMap map(*network, VectorXd::Zero(3));
    const MatrixXd inputs = random_matrix(3, 12, 1);
    const VectorXd start = 0.3 * random_matrix(map.dimension(), 1, 2);
    const LyapunovSpectrum found = lyapunov_spectrum(map, start, inputs, options(0, 0));
    MatrixXd jacobian(map.dimension(), map.dimension());
    double sum = 0;
    VectorXd state = start, next(map.dimension());
    for (Index step = 0; step < inputs.cols(); ++step, state = next) {
      map.set_input(inputs.col(step));
      map.jacobian(state, jacobian);
      sum += Eigen::PartialPivLU<MatrixXd>(jacobian).matrixLU().diagonal().array().abs().log().sum();
      map.step(state, next);
    }
    if (found.exponents.minCoeff() == -infinity) continue;  // its Jacobian is singular
    EXPECT_NEAR(found.exponents.sum(), sum / 12, 1e-8 * (1 + std::abs(sum)));
  }
}

}  // namespace
}  // namespace cohort
