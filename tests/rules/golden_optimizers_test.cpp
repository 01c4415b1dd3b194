// The optimizers of the published settings of layered rules, against numbers that independent programs made.
#include <cohort/learning/optimizers.hpp>

#include <support/golden_layers.hpp>

#include <gtest/gtest.h>

#include <map>

namespace cohort {
namespace {

using test::GoldenLayers;
using test::matrix;

TEST(GoldenOptimizers, five_steps_agree) {
  const auto path = GoldenLayers::path("optimizers.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const std::map<std::string, std::string> variants{
      {"centred_rmsprop", "rmsprop/rate=0.01,alpha=0.95,epsilon=1e-3,momentum=0.9,centred=true"},
      {"gait_adam", "adam/rate=0.01,beta2=0.99,correction=false"},
      {"adam", "adam/rate=0.01"}};
  for (const auto& [name, variant] : variants) {
    const auto optimizer = optimizers<double>().make(variant);
    VectorXd parameters = matrix(golden.all()["parameters"]).col(0);
    for (std::size_t step = 0; step < 5; ++step) {
      optimizer->update(parameters, matrix(golden.all()["gradients"][step]).col(0));
      const VectorXd expected = matrix(golden.case_named(name)["expected"]["after_each_step"][step]).col(0);
      EXPECT_LT((parameters - expected).cwiseAbs().maxCoeff(), 1e-12) << name << " step " << step;
    }
  }
}

}  // namespace
}  // namespace cohort
