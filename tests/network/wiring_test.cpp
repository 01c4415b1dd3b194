#include <cohort/core/decompositions.hpp>
#include <support/recurrent.hpp>

#include <support/errors.hpp>
#include <support/random_network.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

using testing::HasSubstr;

/// A network as it starts.
std::unique_ptr<RecurrentNetwork<double>> started(const std::string& cell, std::uint64_t seed = 1) {
  auto network = test::recurrent<double>(cell, 3, 2);
  network->initialize(*initializations().make("gaussian/gain=1"), RandomStream("init", "test", seed));
  return network;
}

MatrixXd effective_weights(const RecurrentNetwork<double>& network) {
  return network.cell().effective_weights(network.parameters());
}

/// A gradient with every number drawn, as if the loss depended on every effective weight, and that of the parameters.
struct Gradients {
  MatrixXd effective;
  ParameterSet<double> of_parameters;
};

Gradients random_gradients(const RecurrentNetwork<double>& network) {
  const Index n = network.n_units();
  RandomStream stream("test-gradient", "", 1);
  Gradients result{MatrixXd::NullaryExpr(n, n, [&] { return stream.normal(); }),
                   ParameterSet<double>(network.parameters().layout)};
  MatrixXd drive_gradient = MatrixXd::Zero(n, n + 4);
  drive_gradient.leftCols(n) = result.effective;
  network.cell().add_drive_gradient(network.parameters(), drive_gradient, result.of_parameters);
  return result;
}

double effective_product(RecurrentNetwork<double>& network, const MatrixXd& direction) {
  return effective_weights(network).cwiseProduct(direction).sum();
}

TEST(Wiring, all_units_connect_without_constraints) {
  const auto network = started("rate/units=20,tau=1");
  EXPECT_EQ(effective_weights(*network), MatrixXd(network->parameters().block("W")));
  EXPECT_TRUE((effective_weights(*network).array() != 0).all());
}

TEST(Wiring, connections_of_a_sparse_network_exist_with_the_given_probability_and_are_stronger) {
  constexpr double p = 0.3, n = 200;
  const auto network = started("rate/units=200,tau=1,sparsity=0.3");
  const MatrixXd w = effective_weights(*network);
  // Four standard errors of the share, and of the variance of the n p weights of a unit, whose sum is 1 again.
  EXPECT_NEAR((w.array() != 0).cast<double>().mean(), p, 4 * std::sqrt(p * (1 - p)) / n);
  EXPECT_NEAR(w.squaredNorm() / n, 1, 4 * std::sqrt(2 / (p * n * n)) + 4 * std::sqrt((1 - p) / p) / n);
  EXPECT_GT((w.diagonal().array() != 0).count(), 20) << "self-connections are as likely as others";
}

TEST(Wiring, absent_connections_stay_absent_whatever_the_parameters) {
  for (const std::string cell : {"sparsity=0.4", "self_connections=false", "dale=true", "dale=true,sparsity=0.4"}) {
    const auto network = started("rate/units=20,tau=1," + cell);
    const MatrixXd before = effective_weights(*network);
    network->parameters().values.setConstant(-3);
    const MatrixXd after = effective_weights(*network);
    EXPECT_TRUE(((before.array() == 0) == (after.array() == 0)).all()) << cell;
    EXPECT_GT((before.array() == 0).count(), 15) << cell;
    const Gradients gradients = random_gradients(*network);
    EXPECT_TRUE(((before.array() == 0) == (gradients.of_parameters.block("W").array() == 0)).all()) << cell;
  }
}

TEST(Wiring, units_without_self_connections_have_none) {
  for (const std::string cell : {"self_connections=false", "dale=true", "dale=true,sparsity=0.5"}) {
    const MatrixXd w = effective_weights(*started("rate/units=20,tau=1," + cell));
    EXPECT_TRUE(w.diagonal().isZero(0)) << cell;
    EXPECT_GT(w.norm(), 1) << cell;
  }
}

TEST(Wiring, masks_follow_from_the_stream_and_differ_between_the_gates) {
  const auto mask_of = [](std::uint64_t seed, const char* block) {
    return Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic>(
        started("gru/units=20,sparsity=0.5", seed)->parameters().block(block).array() != 0);
  };
  EXPECT_TRUE((mask_of(1, "W_r") == mask_of(1, "W_r")).all());
  EXPECT_FALSE((mask_of(1, "W_r") == mask_of(2, "W_r")).all());
  EXPECT_FALSE((mask_of(1, "W_r") == mask_of(1, "W_z")).all());
}

TEST(Wiring, units_of_a_dale_network_have_one_sign_each) {
  const auto network = started("rate/units=50,tau=1,dale=true");
  const CellTraits& traits = network->cell().traits();
  EXPECT_TRUE(traits.has_dale);
  ASSERT_EQ(traits.n_excitatory, 40);
  for (const double scale : {1.0, -2.0}) {  // signs belong to the units, not to the parameters
    network->parameters().block("W") *= scale;
    const MatrixXd w = effective_weights(*network);
    EXPECT_GE(w.leftCols(40).minCoeff(), 0);
    EXPECT_LE(w.rightCols(10).maxCoeff(), 0);
    EXPECT_EQ((w.array() != 0).count(), 50 * 49);
  }
}

TEST(Wiring, the_share_of_excitatory_units_is_the_users) {
  EXPECT_EQ(started("rate/units=50,dale=true,excitatory=0.5")->cell().traits().n_excitatory, 25);
  EXPECT_TRUE((effective_weights(*started("rate/units=50,dale=true,excitatory=1")).array() >= 0).all());
  EXPECT_TRUE((effective_weights(*started("rate/units=50,dale=true,excitatory=0")).array() <= 0).all());
}

TEST(Wiring, excitation_and_inhibition_balance_at_the_start) {
  const MatrixXd w = effective_weights(*started("rate/units=500,tau=1,dale=true"));
  const double excitation = w.leftCols(400).sum(), inhibition = -w.rightCols(100).sum();
  EXPECT_GT(inhibition, 100);
  // Each is a sum of |N(0, 1/N)|, excitation scaled by 1/4: four standard errors of their difference.
  const double deviation = std::sqrt(1 - 2 / M_PI) * std::sqrt((400.0 / 16 + 100) * 500 / 500);
  EXPECT_NEAR(excitation, inhibition, 4 * deviation + 0.01 * inhibition);
}

TEST(Wiring, a_matrix_of_low_rank_has_that_rank_and_the_norm_of_the_whole) {
  const auto network = started("rate/units=60,tau=1,rank=3");
  const MatrixXd w = effective_weights(*network);
  const VectorXd singular = Eigen::BDCSVD<MatrixXd>(w).singularValues();
  EXPECT_GT(singular[2], 0.5);
  EXPECT_LE(singular[3], 1e-12 * singular[0]);
  MatrixXd whole(60, 60);
  RandomStream own = RandomStream("init", "test", 1).substream(0);
  initializations().make("gaussian/gain=1")->fill(own, whole);
  EXPECT_NEAR(w.norm(), whole.norm(), 1e-10 * whole.norm());
  EXPECT_EQ(w, MatrixXd(network->parameters().block("U") * network->parameters().block("V").transpose()));
}

TEST(Wiring, gradients_are_those_of_the_effective_weights) {
  for (const std::string cell :
       {"rank=0", "sparsity=0.5", "self_connections=false", "dale=true", "dale=true,sparsity=0.6", "rank=2"}) {
    const auto network = started("rate/units=8,tau=1," + cell);
    auto& values = network->parameters().values;
    const Gradients gradients = random_gradients(*network);
    constexpr double step = 1e-6;
    VectorXd difference(values.size());
    for (Index i = 0; i < values.size(); ++i) {
      const double before = values[i];
      values[i] = before + step;
      difference[i] = effective_product(*network, gradients.effective);
      values[i] = before - step;
      difference[i] -= effective_product(*network, gradients.effective);
      values[i] = before;
    }
    // At a weight of zero a connection that does not exist has no slope and |w| none that is defined.
    const VectorXd slope = difference / (2 * step);
    EXPECT_LE((gradients.of_parameters.values - slope).norm(), 1e-8 * slope.norm()) << cell;
    EXPECT_GT(slope.norm(), 1) << cell;
  }
}

TEST(Wiring, inputs_reach_the_first_units_and_the_readout_sees_the_last) {
  const auto network = started("rate/units=20,tau=1,input_fraction=0.25,readout_fraction=0.4");
  const auto w_in = network->parameters().block("W_in"), w_out = network->parameters().block("W_out");
  EXPECT_TRUE((w_in.topRows(5).array() != 0).all());
  EXPECT_TRUE(w_in.bottomRows(15).isZero(0));
  EXPECT_TRUE(w_out.leftCols(12).isZero(0));
  EXPECT_TRUE((w_out.rightCols(8).array() != 0).all());
  EXPECT_EQ(network->cell().traits().first_readout_unit, 12);
  // Weights that do not exist have no effect.
  MatrixXd inputs = MatrixXd::Ones(4, 10);
  const MatrixXd outputs = network->forward(inputs, 1).outputs;
  network->parameters().block("W_in").bottomRows(15).setConstant(7);
  network->parameters().block("W_out").leftCols(12).setConstant(7);
  EXPECT_EQ(network->forward(inputs, 1).outputs, outputs);
  EXPECT_GT(outputs.norm(), 1e-3);
}

TEST(Wiring, refuses_constraints_that_exclude_each_other) {
  const auto error = [](const std::string& choice) {
    return user_error([&] { architectures<double>().make("ctrnn/units=10," + choice, 1, 1); });
  };
  EXPECT_THAT(error("rank=11"), HasSubstr("rank=11 is more than the units=10"));
  for (const std::string other : {"dale=true", "sparsity=0.5", "self_connections=false"})
    EXPECT_THAT(error("rank=2," + other), HasSubstr("rank=2 of ctrnn excludes"));
  EXPECT_EQ(error("rank=10"), "no error");
}

TEST(Wiring, cells_with_several_recurrent_matrices_know_neither_sign_nor_rank) {
  for (const std::string cell : {"gru", "lstm"})
    for (const std::string choice : {"dale=true", "rank=2", "excitatory=0.5"})
      EXPECT_THAT(user_error([&] { architectures<double>().make(cell + "/" + choice, 1, 1); }), HasSubstr("parameter"))
          << cell;
}

}  // namespace
}  // namespace cohort::test
