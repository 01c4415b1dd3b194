#include <cohort/learning/optimizers.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cohort::test {
namespace {

using testing::HasSubstr;
using Vectors = std::vector<Eigen::Vector3d>;

const Vectors kGradients{{0.1, -3, 0},       {-0.4, 2, 1e-5}, {0.7, 0.5, -2e-5}, {0, 0, 3},     {-1, 0.2, 0.3},
                         {0.3, -0.3, -1e-3}, {2, 0, -0.5},    {-0.2, 1.5, 0.25}, {0.05, -4, 1}, {1, 1, -1}};

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

/// `expected`: the parameters after updates 1, 2, 3, 4 and 10.
void expect_path(const std::string& variant, const Vectors& expected) {
  const std::vector<std::size_t> updates{1, 2, 3, 4, 10};
  ASSERT_EQ(expected.size(), updates.size());
  const auto exact = path<double>(variant);
  const auto rounded = path<float>(variant);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::size_t at = updates[i] - 1;
    EXPECT_LE((exact[at] - expected[i]).cwiseAbs().maxCoeff(), 1e-14) << variant << " update " << updates[i];
    EXPECT_LE((rounded[at].cast<double>() - expected[i]).cwiseAbs().maxCoeff(), 2e-6)
        << variant << " update " << updates[i];
  }
}

// The numbers below are what PyTorch 1.13 prints for
//   w = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64); o = torch.optim.<...>([w], ...)
//   for g in gradients: w.grad = torch.tensor(g, dtype=torch.float64); o.step(); print(w.tolist())
// with s = torch.optim.lr_scheduler.<...>(o, ...) before and s.step() after o.step() where a schedule is named.

TEST(Adam, agrees_with_torch) {  // torch.optim.Adam([w], lr=0.01)
  expect_path("adam/rate=0.01", {{0.9900000009999999, -1.9900000000333333, 0.5},
                                 {0.9955950357485128, -1.9885547947418378, 0.49256913796266855},
                                 {0.9922841553046976, -1.9883264609113178, 0.49570956806392197},
                                 {0.9895720835148842, -1.9881394237311747, 0.4898983036581123},
                                 {0.9804473077048881, -1.985633529727765, 0.4669673042644443}});
}

TEST(Adam, agrees_with_torch_for_other_decays) {  // torch.optim.Adam([w], lr=0.1, betas=(0.5, 0.9), eps=1e-3)
  expect_path("adam/rate=0.1,beta1=0.5,beta2=0.9,epsilon=1e-3",
              {{0.900990099009901, -1.9000333222259247, 0.5},
               {0.9789652959425295, -1.9132368748168262, 0.49933813500666774},
               {0.9174598928203346, -1.9343645209435132, 0.5001839051077759},
               {0.8833905794813898, -1.9460710448154224, 0.40134103368956564},
               {0.7350648150554238, -1.9127782394673252, 0.2587241430628057}});
}

/// w ← w - rate √(1 - β₂ᵗ)/(1 - β₁ᵗ) · m / (√v + ε), written out.
TEST(Adam, may_add_epsilon_before_the_bias_correction) {
  const double rate = 0.1, beta1 = 0.5, beta2 = 0.9, epsilon = 1e-2;
  Eigen::Vector3d w(1, -2, 0.5), m = Eigen::Vector3d::Zero(), v = m;
  const auto found = path<double>("adam/rate=0.1,beta1=0.5,beta2=0.9,epsilon=1e-2,epsilon_at=outside");
  const auto inside = path<double>("adam/rate=0.1,beta1=0.5,beta2=0.9,epsilon=1e-2");
  for (std::size_t t = 0; t < kGradients.size(); ++t) {
    const auto n = static_cast<double>(t + 1);
    m = beta1 * m + (1 - beta1) * kGradients[t];
    v = beta2 * v + (1 - beta2) * kGradients[t].cwiseAbs2();
    const double corrected = rate * std::sqrt(1 - std::pow(beta2, n)) / (1 - std::pow(beta1, n));
    w.array() -= corrected * m.array() / (v.array().sqrt() + epsilon);
    EXPECT_LE((found[t] - w).cwiseAbs().maxCoeff(), 1e-14) << t;
  }
  EXPECT_GT((found[0] - inside[0]).norm(), 1e-3);
}

TEST(AdamW, agrees_with_torch) {  // torch.optim.AdamW([w], lr=0.01)
  expect_path("adamw/rate=0.01", {{0.9899000009999999, -1.9898000000333333, 0.49995},
                                  {0.9953960457484129, -1.9881558147418346, 0.4924691429626686},
                                  {0.9919856257000228, -1.9877286653298405, 0.49556032614962575},
                                  {0.9891743553476394, -1.9873428552831645, 0.48969950571120113},
                                  {0.9794562866546529, -1.9836448968600433, 0.46648137295495795}});
}

TEST(AdamW, with_strong_decay_agrees_with_torch) {  // torch.optim.AdamW([w], lr=0.1, weight_decay=0.5)
  expect_path("adamw/rate=0.1,weight_decay=0.5", {{0.8500000099999989, -1.8000000003333332, 0.475},
                                                  {0.8634503569851283, -1.6955479474017103, 0.37694137962668545},
                                                  {0.7871690346977193, -1.6084872117264244, 0.38949861165788563},
                                                  {0.7206898650646998, -1.5261924793386723, 0.31191103701689504},
                                                  {0.439332326763801, -1.0970599965855483, 0.03075588961515857}});
}

TEST(RmsProp, agrees_with_torch) {  // torch.optim.RMSprop([w], lr=0.01)
  expect_path("rmsprop/rate=0.01", {{0.9000000999999, -1.9000000033333333, 0.5},
                                    {0.9970428726686518, -1.9556630357832843, 0.400990099009901},
                                    {0.9107611678575135, -1.9695140886314668, 0.49012337985195664},
                                    {0.9107611678575135, -1.9695140886314668, 0.3901233831880344},
                                    {0.8493619528012213, -1.951324148398187, 0.3871011265796788}});
}

TEST(RmsProp, with_momentum_agrees_with_torch) {
  // torch.optim.RMSprop([w], lr=0.01, alpha=0.9, eps=1e-3, momentum=0.8)
  expect_path("rmsprop/rate=0.01,alpha=0.9,epsilon=1e-3,momentum=0.8",
              {{0.9693465699682845, -1.9684105216322292, 0.5},
               {0.9753581770879503, -1.961304243206859, 0.4999003152309183},
               {0.9526514065780449, -1.9603519984320579, 0.5000191771475299},
               {0.9344859901701207, -1.959590202612217, 0.4685247883138213},
               {0.8594202392818532, -1.9529134581676386, 0.36335030084249337}});
}

TEST(Sgd, with_momentum_agrees_with_torch) {  // torch.optim.SGD([w], lr=0.1, momentum=0.9)
  expect_path("sgd/rate=0.1,momentum=0.9", {{0.99, -1.7, 0.5},
                                            {1.021, -1.63, 0.499999},
                                            {0.9788999999999999, -1.6169999999999998, 0.5000001000000001},
                                            {0.9410099999999999, -1.6052999999999997, 0.20000109000000002},
                                            {0.3838326954099999, -1.2733195372999997, -1.1910622251393101}});
}

TEST(Sgd, with_nesterov_momentum_agrees_with_torch) {  // torch.optim.SGD([w], lr=0.1, momentum=0.9, nesterov=True)
  expect_path("sgd/rate=0.1,momentum=0.9,nesterov=true",
              {{0.981, -1.43, 0.5},
               {1.0489, -1.567, 0.4999981},
               {0.9410099999999999, -1.6053, 0.50000109},
               {0.9069089999999999, -1.59477, -0.06999801900000001},
               {0.19044942586899977, -1.1359875835700002, -1.3268550026253791}});
}

// The schedule moves the weight decay too.
TEST(AdamW, with_a_schedule_agrees_with_torch) {  // lr=0.1, weight_decay=0.5; StepLR(o, 3, 0.5)
  expect_path("adamw/rate=0.1,weight_decay=0.5,schedule=step,period=3,decay=0.5",
              {{0.8500000099999989, -1.8000000003333332, 0.475},
               {0.8634503569851283, -1.6955479474017103, 0.37694137962668545},
               {0.7871690346977193, -1.6084872117264244, 0.38949861165788563},
               {0.7539294498812095, -1.5673398455325485, 0.35070482433739036},
               {0.6771816250045374, -1.4207499914570028, 0.24243738336237902}});
}

TEST(RmsProp, with_a_schedule_agrees_with_torch) {  // lr=0.01; CosineAnnealingLR(o, 9, 0.001)
  expect_path("rmsprop/rate=0.01,schedule=cosine,horizon=9,final=0.1",
              {{0.9000000999999, -1.9000000033333333, 0.5},
               {0.9944092947875572, -1.95415243456051, 0.4036770614501328},
               {0.9172113279103992, -1.9665452485565742, 0.4834263904319724},
               {0.9172113279103992, -1.9665452485565742, 0.4059263930174326},
               {0.9257187693230607, -1.9667034755748816, 0.4023550194847591}});
}

TEST(Sgd, with_a_schedule_agrees_with_torch) {  // lr=0.1, momentum=0.9; ExponentialLR(o, 0.7)
  expect_path("sgd/rate=0.1,momentum=0.9,schedule=exponential,period=1,decay=0.7",
              {{0.99, -1.7, 0.5},
               {1.0117, -1.651, 0.4999993},
               {0.991071, -1.64463, 0.499999839},
               {0.97807473, -1.6406169, 0.39710017857},
               {0.951146443166494, -1.6255905121150103, 0.2184974299007511}});
}

TEST(AdamW, without_decay_is_adam_and_with_it_is_not_the_gradient_of_a_penalty) {
  const auto adam = path<double>("adam/rate=0.1"), none = path<double>("adamw/rate=0.1,weight_decay=0");
  EXPECT_EQ(none.back(), adam.back());
  // torch.optim.Adam([w], lr=0.1, weight_decay=0.5), where the decay passes through the moments, after update 10
  const Eigen::Vector3d penalized(0.3275532008944715, -1.460660874506491, -0.12752762153369773);
  EXPECT_GT((path<double>("adamw/rate=0.1,weight_decay=0.5").back() - penalized).norm(), 0.1);
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

TEST(Sgd, nesterov_without_momentum_is_refused) {
  EXPECT_THAT(user_error([] { optimizers<float>().make("sgd/nesterov=true"); }),
              HasSubstr("nesterov=true has no effect on sgd (its momentum is 0). Add momentum=0.9."));
}

TEST(Optimizer, every_one_takes_the_schedules) {
  for (const auto& description : optimizers<double>().catalogue().descriptions()) {
    const std::string& name = description.name;
    const auto steady = path<double>(name), falling = path<double>(name + "/schedule=step,period=3,decay=0");
    EXPECT_EQ(falling[2], steady[2]) << name;
    EXPECT_NE(steady[3], steady[2]) << name;
    EXPECT_EQ(falling.back(), falling[2]) << name << " rests once its rate is 0";
  }
}

// The trainer looks for NaN: an optimizer that hid one would train on.
TEST(Optimizer, a_gradient_that_is_no_number_reaches_the_parameters) {
  for (const std::string variant : {"adam", "adamw", "rmsprop", "rmsprop/momentum=0.5", "sgd", "sgd/momentum=0.5"}) {
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
