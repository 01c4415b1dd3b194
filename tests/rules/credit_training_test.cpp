#include <support/recurrent.hpp>

#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/trainer.hpp>

#include <support/easy_task.hpp>
#include <support/networks.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

/// A rule and a cell that it serves.
using Pair = std::pair<std::string, std::string>;

const std::string kVoltage = "ctrnn/units=20,tau=2,activation=tanh";
const std::string kTyped = "ctrnn/units=20,tau=2,activation=relu,dale=true";
const std::string kRate = "rate/units=20,tau=2";

class CreditTraining : public testing::TestWithParam<Pair> {};
INSTANTIATE_TEST_SUITE_P(
    All, CreditTraining,
    testing::Values(Pair{"credit/path=random", kVoltage}, Pair{"credit/every=4", kVoltage},
                    Pair{"eprop/every=4", kVoltage}, Pair{"eprop/feedback=aligned,alignment=0.1,every=1", kVoltage},
                    Pair{"eprop/feedback=sign", kVoltage}, Pair{"feedback_alignment", kVoltage},
                    Pair{"frozen_recurrent", kVoltage}, Pair{"mdgl", kVoltage},
                    Pair{"mdgl/weights=type,hop=filtered", kTyped}, Pair{"modprop/mu=0.2,types=2", kTyped},
                    Pair{"neuromodulator_diffusion", kVoltage}, Pair{"rflo", kRate}, Pair{"rflo/every=4", kRate},
                    Pair{"snap1", kVoltage}, Pair{"snap1/every=1", kRate}));

std::vector<float> losses(const Pair& pair) {
  const EasyTask task;
  RecurrentNetwork<float> network = std::move(*test::recurrent<float>(pair.second, 1, 1));
  network.initialize(*initializations().make("gaussian/gain=0.8"), RandomStream("init", "easy", 1));
  const auto rule = learning_rules<float>().make(pair.first);
  const auto optimizer = optimizers<float>().make("adam/rate=0.01");
  TrainingOptions options;
  options.updates = 120;
  options.batch = 8;
  Trainer<float> trainer(task, network, *rule, *optimizer, options, {},
                         {RandomStream("data", "easy", 1), RandomStream("evaluation", "easy", 1),
                          RandomStream("rule", pair.first, 1), RandomStream("noise", "", 1)});
  const TrainingRecord record = trainer.train();
  EXPECT_EQ(record.status, RunStatus::done) << record.message;
  return record.curves.front().values;
}

TEST_P(CreditTraining, loss_falls_on_an_easy_task_and_the_same_again_gives_the_same_bits) {
  const std::vector<float> first = losses(GetParam());
  EXPECT_LT(first.back(), 0.25F * first.front());
  EXPECT_EQ(losses(GetParam()), first);
}

TEST(CreditTraining, rules_and_schedules_take_different_ways) {
  std::vector<std::vector<float>> ways;
  for (const char* rule : {"eprop", "eprop/every=4", "eprop/every=1", "snap1/every=4", "eprop/feedback=random"}) {
    ways.push_back(losses({rule, kVoltage}));
    for (std::size_t other = 0; other + 1 < ways.size(); ++other) EXPECT_NE(ways.back(), ways[other]) << rule;
  }
}

}  // namespace
}  // namespace cohort::test
