#include <support/training.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

/// Mean accuracy of the last five evaluations and of four seeds. The task of Bellec et al. 2020 in steps of 5 ms: half
/// of the units hear the cues, the other half, which adapts, is what the readout sees.
double accuracy_of(const std::string& rule) {
  TrainingPlan plan;
  plan.task = "cue_accumulation/dt=5,repeats=128";
  plan.cell =
      "alif/units=100,tau=4,tau_out=4,tau_adaptation=400,adaptive=0.5,refractory=1,threshold=0.1,beta=0.01,"
      "input_fraction=0.5,readout_fraction=0.5";
  plan.rule = rule;
  plan.initialization = "gaussian/gain=1";
  plan.optimizer = "adam/rate=0.001";
  plan.options.updates = 300;
  plan.options.batch = 32;
  plan.options.evaluate_every = 25;
  plan.options.clip = 1;
  plan.options.rate_penalty = 0.1;
  double sum = 0;
  for (plan.seed = 1; plan.seed <= 4; ++plan.seed) {
    const TrainingRecord record = PlannedTraining<float>(plan).train();
    EXPECT_EQ(record.status, RunStatus::done) << rule << " " << record.message;
    for (const std::size_t update : {200U, 225U, 250U, 275U, 300U}) sum += curve_of(record, "accuracy")[update] / 20;
  }
  return sum;
}

// Liu et al. 2021, whose cues are harder to tell apart: .98, .90 and .75; here .96, .93 and .78, in every seed in this
// order. The hop through the receiver's leak
// is meant: that of the instant alone is nearer to BPTT's gradient than e-prop, too, but learns worse here.
TEST(CueAccumulation, is_learned_best_by_bptt_then_by_mdgl_then_by_eprop) {
  const double bptt = accuracy_of("bptt"), mdgl = accuracy_of("mdgl/hop=filtered"), eprop = accuracy_of("eprop");
  fmt::print("cue accumulation, mean accuracy of 4 seeds: bptt {:.3f}, mdgl {:.3f}, eprop {:.3f}\n", bptt, mdgl, eprop);
  EXPECT_GT(eprop, 0.6);
  EXPECT_GT(mdgl, eprop + 0.08);
  EXPECT_GT(bptt, mdgl + 0.01);
  EXPECT_GT(bptt, 0.9);
}

}  // namespace
}  // namespace cohort::test
