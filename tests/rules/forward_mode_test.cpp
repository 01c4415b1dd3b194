#include <support/recurrent.hpp>

#include <cohort/learning/forward_mode.hpp>

#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/trainer.hpp>

#include <support/easy_task.hpp>
#include <support/forward_rules.hpp>

namespace cohort::test {
namespace {

/// Training on the easy task, whose errors come in the second half of a trial.
TrainingRecord record_of(const std::string& rule_name, const std::string& cell, const std::string& optimizer_name) {
  const EasyTask task(LossKind::cross_entropy);
  RecurrentNetwork<double> network = std::move(*test::recurrent<double>(cell, 1, 2));
  network.initialize(*initializations().make("gaussian/gain=0.8"), RandomStream("init", "easy", 1));
  const auto rule = learning_rules<double>().make(rule_name);
  const auto optimizer = optimizers<double>().make(optimizer_name);
  TrainingOptions options;
  options.updates = 100;
  options.batch = 8;
  Trainer<double> trainer(task, network, *rule, *optimizer, options, {},
                          {RandomStream("data", "easy", 1), RandomStream("evaluation", "easy", 1),
                           RandomStream("rule", rule_name, 1), RandomStream("noise", "", 1)});
  TrainingRecord record = trainer.train();
  EXPECT_EQ(record.status, RunStatus::done) << record.message;
  return record;
}

const std::vector<float>& curve(const TrainingRecord& record, const std::string& name) {
  return std::find_if(record.curves.begin(), record.curves.end(), [&](const Curve& c) { return c.name == name; })
      ->values;
}

class ForwardTraining : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, ForwardTraining,
                         testing::Values("dni", "dni/feedback=sign", "kernl", "kernl/every=5", "kf_rtrl",
                                         "kf_rtrl/every=1", "rtrl", "rtrl/every=1", "rtrl/every=5,feedback=aligned",
                                         "snap/n=1,every=3", "snap/n=2", "uoro", "uoro/every=5"),
                         test_name);

TEST_P(ForwardTraining, loss_falls_on_an_easy_task_and_the_same_again_gives_the_same_bits) {
  for (const std::string cell : {"ctrnn/units=6,tau=2,activation=tanh,noise=0.01", "gru/units=6,tau_out=2"}) {
    const std::string adam = "adam/rate=0.02";
    const std::vector<float> loss = curve(record_of(GetParam(), cell, adam), "loss");
    EXPECT_LT(loss.back(), 0.5F * loss.front()) << cell;
    EXPECT_EQ(loss, curve(record_of(GetParam(), cell, adam), "loss")) << cell;
    EXPECT_NE(loss, curve(record_of("frozen_recurrent", cell, adam), "loss")) << cell;
  }
}

TEST(ForwardMode, online_gradients_of_a_network_that_stays_as_it_is_add_up_to_those_of_backpropagation) {
  const std::string cell = "ctrnn/units=6,tau=2,tau_out=3,noise=0.1", still = "sgd/rate=0";
  const std::vector<float> exact = curve(record_of("bptt", cell, still), "gradient_norm");
  for (const char* rule : {"rtrl/every=1", "rtrl/every=5", "snap/n=2,every=7"}) {
    const std::vector<float> online = curve(record_of(rule, cell, still), "gradient_norm");
    for (std::size_t update = 0; update < exact.size(); ++update)
      EXPECT_NEAR(online[update], exact[update], 1e-6F * exact[update]) << rule;
  }
  EXPECT_NE(curve(record_of("eprop/every=5", cell, still), "gradient_norm"), exact);
}

}  // namespace
}  // namespace cohort::test
