#include <cohort/core/errors.hpp>
#include <cohort/dynamics/network_map.hpp>

#include <support/cell_variants.hpp>
#include <support/random_network.hpp>

#include <gtest/gtest.h>

#include "dynamics/example_maps.hpp"

namespace cohort {
namespace {

using test::random_matrix;
using test::random_network;

constexpr Index n_inputs = 3, n_states = 6;

/// Every registered cell with derivatives, with every constraint it knows.
class EveryMap : public testing::TestWithParam<std::string> {
 protected:
  template <class Test>
  void for_each_variant(Test&& use) {
    for (const std::string& variant : test::variants_of(GetParam(), 12)) {
      SCOPED_TRACE(variant);
      const auto network = random_network<double>(variant, n_inputs, 2);
      if (network->cell().traits().is_spiking) {
        EXPECT_THROW(NetworkMap(*network, VectorXd::Zero(n_inputs)), UserError);
      } else {
        use(*network);
      }
    }
  }
};
INSTANTIATE_TEST_SUITE_P(All, EveryMap, testing::ValuesIn(test::cell_names()));

// Along the trajectory of a driven network: the derivative of the last state is the product of the steps' derivatives.
TEST_P(EveryMap, derivatives_of_its_steps_make_up_those_of_a_driven_trajectory) {
  for_each_variant([](const RecurrentNetwork<double>& network) {
    NetworkMap map(network, VectorXd::Zero(n_inputs));
    const MatrixXd inputs = random_matrix(n_inputs, 7, 1);
    const VectorXd first = 0.3 * random_matrix(map.dimension(), 1, 2);
    const MatrixXd states = driven_trajectory(map, first, inputs);
    MatrixXd pushed = random_matrix(map.dimension(), 3, 3), next(map.dimension(), 3);
    const MatrixXd directions = pushed;
    MatrixXd jacobian(map.dimension(), map.dimension()), product = MatrixXd::Identity(map.dimension(), map.dimension());
    for (Index step = 0; step < inputs.cols(); ++step) {
      const VectorXd state = step == 0 ? first : VectorXd(states.col(step - 1));
      map.set_input(inputs.col(step));
      map.push(state, pushed, next);
      pushed = next;
      map.jacobian(state, jacobian);
      product = jacobian * product;
    }
    EXPECT_LE((pushed - product * directions).norm(), 1e-12 * product.norm() * directions.norm());
    constexpr double length = 1e-6;
    for (Index c = 0; c < 3; ++c) {
      const VectorXd above = driven_trajectory(map, first + length * directions.col(c), inputs).rightCols(1);
      const VectorXd below = driven_trajectory(map, first - length * directions.col(c), inputs).rightCols(1);
      EXPECT_LE((pushed.col(c) - (above - below) / (2 * length)).norm(), 1e-7) << c;
    }
  });
}

TEST_P(EveryMap, agrees_with_the_products_that_are_made_of_its_jacobians) {
  for_each_variant([](const RecurrentNetwork<double>& network) {
    const NetworkMap map(network, VectorXd::LinSpaced(n_inputs, -1, 1));
    const MatrixXd x = random_matrix(map.dimension(), n_states, 4), v = random_matrix(map.dimension(), n_states, 5);
    MatrixXd expected(map.dimension(), n_states), found(map.dimension(), n_states);
    map.DynamicalMap::push(x, v, expected);
    map.push(x, v, found);
    EXPECT_LE((found - expected).norm(), 1e-12 * expected.norm());
    map.DynamicalMap::pull_back(x, v, expected);
    map.pull_back(x, v, found);
    EXPECT_LE((found - expected).norm(), 1e-12 * expected.norm());
    map.DynamicalMap::push(x.col(0), v, expected);
    map.push(x.col(0), v, found);
    EXPECT_LE((found - expected).norm(), 1e-12 * expected.norm());
  });
}

#ifdef EIGEN_RUNTIME_NO_MALLOC
TEST_P(EveryMap, allocates_nothing_after_its_first_use) {
  for_each_variant([](const RecurrentNetwork<double>& network) {
    NetworkMap map(network, VectorXd::Zero(n_inputs));
    const MatrixXd x = random_matrix(map.dimension(), n_states, 4), v = random_matrix(map.dimension(), n_states, 5);
    const MatrixXd others = random_matrix(map.dimension(), n_states, 6);
    const VectorXd input = VectorXd::Ones(n_inputs), state = x.col(0);
    MatrixXd out(map.dimension(), n_states), jacobian(map.dimension(), map.dimension());
    const auto use = [&](const MatrixXd& states) {
      map.set_input(input);
      map.step(states, out);
      map.push(states, v, out);
      map.pull_back(states, v, out);
      map.step(states.leftCols(2), out.leftCols(2));
      map.push(states.col(1), v, out);
      map.jacobian(state, jacobian);
      map.jacobian(states.col(1), jacobian);
    };
    use(x);
    Eigen::internal::set_is_malloc_allowed(false);
    use(others);
    use(x);
    Eigen::internal::set_is_malloc_allowed(true);
  });
}
#endif

TEST(NetworkMap, does_not_follow_the_network_after_it_was_made) {
  const auto network = random_network<double>("ctrnn/units=8", n_inputs, 2);
  const NetworkMap map(*network, VectorXd::Zero(n_inputs));
  const MatrixXd x = random_matrix(8, 1, 1);
  MatrixXd before(8, 1), after(8, 1);
  map.step(x, before);
  network->parameters().values.setZero();
  map.step(-x, after);
  map.step(x, after);
  EXPECT_EQ(after, before);
}

TEST(NetworkMap, walks_along_the_forward_pass) {
  const auto network = random_network<double>("lstm/units=9", n_inputs, 2);
  MatrixXd inputs = random_matrix(n_inputs + 1, 12, 1);
  inputs.row(n_inputs).setOnes();
  network->forward(inputs, 1);
  const MatrixXd states = visited_states(*network, inputs.topRows(n_inputs));
  const auto rates = network->trajectory().rates.matrix().rightCols(12);
  EXPECT_LE((states.bottomRows(9) - rates).norm(), 1e-13);
  EXPECT_GT(rates.norm(), 0.1);
}

TEST(NetworkMap, refuses_inputs_and_states_of_another_size) {
  const auto network = random_network<double>("ctrnn/units=8", n_inputs, 2);
  NetworkMap map(*network, VectorXd::Zero(n_inputs));
  MatrixXd out(8, 3);
  EXPECT_THROW(map.set_input(VectorXd::Zero(n_inputs + 1)), InternalError);
  EXPECT_THROW(map.step(MatrixXd::Zero(7, 3), out), InternalError);
  EXPECT_THROW(map.push(MatrixXd::Zero(8, 2), MatrixXd::Zero(8, 3), out), InternalError);
}

}  // namespace
}  // namespace cohort
