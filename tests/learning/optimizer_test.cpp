#include <cohort/learning/optimizers.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cohort::test {
namespace {

using Vectors = std::vector<Eigen::Vector3d>;

const Vectors kGradients{{0.1, -3, 0}, {-0.4, 2, 1e-5}, {0.7, 0.5, -2e-5}, {0, 0, 3}};

/// Parameters after each update from (1, -2, 0.5).
template <class Scalar>
std::vector<Vector<Scalar>> path(const std::string& variant) {
  auto optimizer = optimizers<Scalar>().make(variant);
  Vector<Scalar> parameters = Eigen::Vector3d(1, -2, 0.5).cast<Scalar>();
  std::vector<Vector<Scalar>> result;
  for (const auto& gradient : kGradients) {
    optimizer->update(parameters, gradient.cast<Scalar>());
    result.push_back(parameters);
  }
  return result;
}

void expect_path(const std::string& variant, const Vectors& expected) {
  const auto exact = path<double>(variant);
  const auto rounded = path<float>(variant);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_LE((exact[i] - expected[i]).cwiseAbs().maxCoeff(), 1e-14) << variant << " update " << i;
    EXPECT_LE((rounded[i].cast<double>() - expected[i]).cwiseAbs().maxCoeff(), 1e-6) << variant << " update " << i;
  }
}

// The numbers below are what PyTorch 1.13 prints for
//   w = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64); o = torch.optim.<...>([w], ...)
//   for g in gradients: w.grad = torch.tensor(g, dtype=torch.float64); o.step(); print(w.tolist())

TEST(Adam, agrees_with_torch) {  // torch.optim.Adam([w], lr=0.01)
  expect_path("adam/rate=0.01", {{0.9900000009999999, -1.9900000000333333, 0.5},
                                 {0.9955950357485128, -1.9885547947418378, 0.49256913796266855},
                                 {0.9922841553046976, -1.9883264609113178, 0.49570956806392197},
                                 {0.9895720835148842, -1.9881394237311747, 0.4898983036581123}});
}

TEST(Adam, agrees_with_torch_for_other_decays) {  // torch.optim.Adam([w], lr=0.1, betas=(0.5, 0.9), eps=1e-3)
  expect_path("adam/rate=0.1,beta1=0.5,beta2=0.9,epsilon=1e-3",
              {{0.900990099009901, -1.9000333222259247, 0.5},
               {0.9789652959425295, -1.9132368748168262, 0.49933813500666774},
               {0.9174598928203346, -1.9343645209435132, 0.5001839051077759},
               {0.8833905794813898, -1.9460710448154224, 0.40134103368956564}});
}

TEST(Sgd, with_momentum_agrees_with_torch) {  // torch.optim.SGD([w], lr=0.1, momentum=0.9)
  expect_path("sgd/rate=0.1,momentum=0.9", {{0.99, -1.7, 0.5},
                                            {1.021, -1.63, 0.499999},
                                            {0.9788999999999999, -1.6169999999999998, 0.5000001000000001},
                                            {0.9410099999999999, -1.6052999999999997, 0.20000109000000002}});
}

// The first step of Adam has the length of the learning rate whatever the gradient's; gradient descent has not.
TEST(Adam, step_does_not_depend_on_the_scale_of_the_gradient) {
  for (const double scale : {1e-3, 1.0, 1e3}) {
    auto adam = optimizers<double>().make("adam/rate=0.25,epsilon=0");
    Vector<double> parameters = Vector<double>::Zero(2);
    adam->update(parameters, Eigen::Vector2d(scale, -2 * scale));
    EXPECT_NEAR(parameters[0], -0.25, 1e-12);
    EXPECT_NEAR(parameters[1], 0.25, 1e-12);
  }
}

TEST(Adam, one_object_keeps_its_own_moments) {
  auto one = optimizers<double>().make("adam"), other = optimizers<double>().make("adam");
  Vector<double> a = Vector<double>::Zero(1), b = a;
  one->update(a, Vector<double>::Ones(1));
  one->update(a, -Vector<double>::Ones(1));
  other->update(b, -Vector<double>::Ones(1));
  EXPECT_NEAR(b[0], 1e-3, 1e-9);
  EXPECT_GT(std::abs(a[0] - b[0]), 1e-4);
}

TEST(Sgd, without_momentum_follows_the_gradient) {
  const auto steps = path<double>("sgd/rate=0.1");
  Eigen::Vector3d expected(1, -2, 0.5);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    expected -= 0.1 * kGradients[i];
    EXPECT_LE((steps[i] - expected).cwiseAbs().maxCoeff(), 1e-15);
  }
}

// The trainer looks for NaN: an optimizer that hid one would train on.
TEST(Optimizer, a_gradient_that_is_no_number_reaches_the_parameters) {
  for (const std::string variant : {"adam", "sgd", "sgd/momentum=0.5"}) {
    auto optimizer = optimizers<float>().make(variant);
    Vector<float> parameters = Vector<float>::Zero(20), gradient = Vector<float>::Ones(20);
    gradient[3] = std::numeric_limits<float>::quiet_NaN();
    optimizer->update(parameters, gradient);
    EXPECT_TRUE(std::isnan(parameters[3])) << variant;
    EXPECT_TRUE(std::isfinite(parameters[4])) << variant;
  }
}

}  // namespace
}  // namespace cohort::test
