#include <cohort/dynamics/modes.hpp>
#include <cohort/dynamics/network_map.hpp>

#include <support/golden_dynamics.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "dynamics/example_maps.hpp"

namespace cohort {
namespace {

using test::golden_vector;
using test::GoldenRules;

MatrixXcd golden_complex(const nlohmann::json& json) {
  const MatrixXd re = GoldenRules::matrix(json["re"]), im = GoldenRules::matrix(json["im"]);
  return re.cast<std::complex<double>>() + std::complex<double>(0, 1) * im.cast<std::complex<double>>();
}

/// Everything that is golden of the Jacobian at one point.
void expect_modes(const MatrixXd& jacobian, const nlohmann::json& json, double dt) {
  const Modes modes = modes_of(jacobian);
  EXPECT_LE((jacobian - GoldenRules::matrix(json["jacobian"])).norm(), 1e-12);
  EXPECT_LE((modes.eigenvalues - golden_complex(json["eigenvalues"])).norm(), 1e-12);
  EXPECT_LE((modes.right - golden_complex(json["right_eigenvectors_columns"])).norm(), 1e-11);
  EXPECT_LE((modes.left - golden_complex(json["left_eigenvectors_rows"])).norm(), 1e-11);
  for (std::size_t i = 0; i < json["time_constants"].size(); ++i) {
    const auto& expected = json["time_constants"][i];
    if (expected.is_string()) continue;  // infinite in exact arithmetic
    EXPECT_NEAR(time_constant(modes.eigenvalues[static_cast<Index>(i)], dt), expected.get<double>(), 1e-9) << i;
  }
}

class GoldenModes : public testing::Test {
 protected:
  void SetUp() override {
    COHORT_SKIP_WITHOUT(test::golden_dynamics_path("fixed_points_extra.json"));
    golden_ = test::golden_dynamics("fixed_points_extra.json");
  }

  static MatrixXd jacobian_at(const DynamicalMap& map, const VectorXd& state) {
    MatrixXd jacobian(map.dimension(), map.dimension());
    map.jacobian(state, jacobian);
    return jacobian;
  }

  nlohmann::json golden_;
};

TEST_F(GoldenModes, of_all_points_of_a_voltage_network_and_how_they_move) {
  const auto& json = golden_["network"];
  const auto network = test::golden_network("ctrnn/units=4,tau=4,activation=tanh", 2, 1, json);
  const VectorXd input = golden_vector(json["input"]);
  NetworkMap map(*network, input);
  for (const auto& point : json["points"]) {
    const VectorXd state = golden_vector(point["state"]);
    const MatrixXd jacobian = jacobian_at(map, state), derivatives = input_derivatives(map, state, input);
    expect_modes(jacobian, point, json["dt"]);
    const MatrixXd expected = GoldenRules::matrix(point["dF_du"]);
    EXPECT_LE((derivatives - expected).norm(), 1e-9);
    EXPECT_GT(expected.norm(), 0.01);
    const MatrixXd sensitivity = GoldenRules::matrix(point["steady_state_sensitivity_da_du"]);
    EXPECT_LE((steady_state_sensitivity(jacobian, derivatives) - sensitivity).norm(), 1e-8 * sensitivity.norm());
  }
}

TEST_F(GoldenModes, of_other_cells) {
  const auto& rate = golden_["other_cells"]["rate"];
  const auto network = test::golden_network("rate/units=3,tau=3.3333333333333335,activation=tanh", 2, 1, rate);
  const NetworkMap map(*network, golden_vector(rate["input"]));
  expect_modes(jacobian_at(map, golden_vector(rate["state"])), rate, rate["dt"]);
  const auto& gru = golden_["other_cells"]["gru"];
  const auto gated = test::golden_network("gru/units=3", 2, 1, gru["parameters"]);
  NetworkMap gated_map(*gated, golden_vector(gru["input"]));
  const VectorXd state = golden_vector(gru["state"]);
  expect_modes(jacobian_at(gated_map, state), gru, gru["dt"]);
  EXPECT_LE(
      (input_derivatives(gated_map, state, golden_vector(gru["input"])) - GoldenRules::matrix(gru["dF_du"])).norm(),
      1e-9);
}

TEST_F(GoldenModes, the_left_vector_of_a_line_reads_out_where_a_start_ends) {
  const auto& json = golden_["continua_and_saddles"]["line_linear"];
  const MatrixXd jacobian = GoldenRules::matrix(json["jacobian"]);
  expect_modes(jacobian, json, json["dt"]);
  const Modes modes = modes_of(jacobian);
  const VectorXd start = golden_vector(json["start"]);
  const std::complex<double> along = (modes.left.row(0) * start.cast<std::complex<double>>())(0);
  EXPECT_LE((modes.right.col(0) * along - golden_vector(json["end_state"])).norm(), 1e-11);
}

TEST(Modes, left_and_right_vectors_are_dual) {
  const MatrixXd jacobian = test::random_matrix(7, 7, 3);
  const Modes modes = modes_of(jacobian);
  EXPECT_LE((modes.left * modes.right - MatrixXcd::Identity(7, 7)).norm(), 1e-12);
  EXPECT_LE((modes.left * jacobian - modes.eigenvalues.asDiagonal() * modes.left).norm(), 1e-11);
  EXPECT_GT((modes.left - modes.right.adjoint()).norm(), 0.1) << "the matrix is not normal";
}

}  // namespace
}  // namespace cohort
