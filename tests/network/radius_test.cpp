#include <cohort/core/decompositions.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/network/initializations.hpp>

#include <support/errors.hpp>
#include <support/recurrent.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

std::unique_ptr<RecurrentNetwork<double>> started(const std::string& cell, const std::string& initialization) {
  auto network = recurrent<double>(cell, 2, 1);
  network->initialize(*initializations().make(initialization), RandomStream("init", "radius", 1));
  return network;
}

double radius_of(const MatrixXd& w) { return w.eigenvalues().cwiseAbs().maxCoeff(); }

TEST(Radius, a_gain_is_no_spectral_radius_under_dales_law) {
  const double radius = radius_of(started("ctrnn/units=200,dale=true", "gaussian/gain=1.5")->recurrent_matrices()[0]);
  EXPECT_LT(radius, 0.9);
  EXPECT_NEAR(radius_of(started("ctrnn/units=200", "gaussian/gain=1.5")->recurrent_matrices()[0]), 1.5, 0.2);
}

class RadiusOf : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Cells, RadiusOf,
                         testing::Values("ctrnn/units=40", "ctrnn/units=40,dale=true", "ctrnn/units=40,sparsity=0.3",
                                         "ctrnn/units=40,dale=true,sparsity=0.5", "ctrnn/units=40,rank=4",
                                         "rate/units=40,self_connections=false", "lif/units=40", "gru/units=30",
                                         "lstm/units=30"));

TEST_P(RadiusOf, every_recurrent_matrix_has_the_radius_that_was_asked_for) {
  for (const Description& initialization : initializations().catalogue().descriptions()) {
    const std::string name = initialization.name;
    if (started(GetParam(), name)->recurrent_matrices()[0].isZero(0)) continue;  // a diagonal without its diagonal
    const auto network = started(GetParam(), name + "/radius=1.3");
    for (const MatrixXd& weights : network->recurrent_matrices())
      EXPECT_NEAR(radius_of(weights), 1.3, 1e-4) << GetParam() << " " << name;
    // Nothing but the scale of the recurrent weights changes.
    const auto drawn = started(GetParam(), name);
    EXPECT_EQ(network->parameters().block("W_out"), drawn->parameters().block("W_out"));
    const MatrixXd a = network->recurrent_matrices()[0], b = drawn->recurrent_matrices()[0];
    EXPECT_LE((a / a.norm() - b / b.norm()).norm(), 1e-12) << name;
  }
}

TEST(Radius, weights_without_a_radius_cannot_be_scaled) {
  EXPECT_THAT(user_error([] { started("ctrnn/units=5", "gaussian/gain=0,radius=1"); }),
              testing::HasSubstr("cannot be scaled to a radius of 1 (their spectral radius is 0)"));
}

TEST(Radius, is_no_part_of_canonical_texts_unless_asked_for) {
  const auto& catalogue = initializations().catalogue();
  EXPECT_EQ(catalogue.versioned(catalogue.parse("gaussian")), "gaussian@1/gain=1.5");
  EXPECT_EQ(catalogue.versioned(catalogue.parse("gaussian/radius=0")), "gaussian@1/gain=1.5");
  EXPECT_EQ(catalogue.versioned(catalogue.parse("gaussian/radius=2")), "gaussian@1/gain=1.5,radius=2");
}

}  // namespace
}  // namespace cohort::test
