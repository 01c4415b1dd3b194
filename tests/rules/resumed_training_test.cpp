// A training can be stopped after any update, saved, and continued by new objects: nobody can tell from its curves,
// snapshots and parameters. Rules, cells, optimizers and regularizers are covered by being registered.

#include <cohort/core/errors.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/regularizers.hpp>
#include <cohort/learning/state_reader.hpp>
#include <cohort/learning/state_writer.hpp>
#include <cohort/learning/trainer.hpp>
#include <cohort/network/initializations.hpp>

#include <support/cell_variants.hpp>
#include <support/easy_task.hpp>
#include <support/probe.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstring>
#include <map>
#include <set>

namespace cohort::test {
namespace {

constexpr Index kUpdates = 6;

struct Choices {
  std::string rule = "bptt", cell = "ctrnn/units=6,activation=tanh";
  std::string optimizer = "adam/rate=0.01";
  TrainingOptions options{kUpdates, 3, 2};
  SnapshotPlan plan{{0.9}, {}, {0, 3, 5}, true};
  std::string start = "start", draws = "draws";  ///< which initial network, which random numbers of the rule
};

/// A network whose trials are trainings needs inputs that teach classes.
bool is_adaptive(const std::string& cell) { return cell.starts_with("plastic_mlp"); }
std::unique_ptr<Network<float>> network_of(const std::string& cell) {
  return is_adaptive(cell) ? architectures<float>().make(cell, 3, 2) : architectures<float>().make(cell, 1, 1);
}

/// All objects of one training.
class Objects {
 public:
  explicit Objects(const Choices& choices)
      : task_(is_adaptive(choices.cell) ? EasyTask(LossKind::cross_entropy, 8, 3)
                                        : EasyTask(LossKind::mean_squared_error, 8)),
        network_(network_of(choices.cell)),
        rule_(learning_rules<float>().make_of(family_name(network_->traits().family), choices.rule)),
        optimizer_(optimizers<float>().make(choices.optimizer)),
        probe_(probe_of<float>(choices.options.alignment.rules, family_name(network_->traits().family))) {
    network_->initialize(*initializations().make("gaussian/gain=0.9"), RandomStream("init", choices.start, 1));
    trainer_ = std::make_unique<Trainer<float>>(
        task_, *network_, *rule_, *optimizer_, choices.options, choices.plan,
        TrainingStreams{RandomStream("data", "", 1), RandomStream("evaluation", "", 1),
                        RandomStream("rule", choices.draws, 1), RandomStream("noise", "", 1)},
        nullptr, &probe_);
  }

  Trainer<float>& trainer() { return *trainer_; }
  const Vector<float>& parameters() const { return network_->parameters().values; }

 private:
  EasyTask task_;
  std::unique_ptr<Network<float>> network_;
  std::unique_ptr<LearningRule<float>> rule_;
  std::unique_ptr<Optimizer<float>> optimizer_;
  AlignmentProbe<float> probe_;
  std::unique_ptr<Trainer<float>> trainer_;
};

/// Everything that a training leaves, as bytes: record, parameters and all that was learned.
std::string end_of(Objects& objects) {
  while (!objects.trainer().is_finished()) objects.trainer().step();
  TrainingState state = objects.trainer().state();
  return state_bytes(state);
}

/// The bytes of a training after `n_updates`, in the hands of whoever keeps them.
std::string saved_after(Index n_updates, const Choices& choices) {
  Objects objects(choices);
  for (Index update = 0; update < n_updates; ++update) objects.trainer().step();
  TrainingState state = objects.trainer().state();
  return state_bytes(state);
}

/// Goes on from saved bytes in objects that were made as `choices` say.
std::string resumed(const std::string& saved, const Choices& choices) {
  TrainingState state;
  restore_state(saved, state);
  Objects objects(choices);
  objects.trainer().restore(state);
  return end_of(objects);
}

/// Stops after several numbers of updates. The new network begins with other weights, which restoring has to replace.
void expect_no_trace_of_a_stop(const Choices& choices) {
  const std::string what = choices.rule + " " + choices.cell + " " + choices.optimizer;
  Objects objects(choices);
  const std::string whole = end_of(objects);
  ASSERT_EQ(objects.trainer().record().status, RunStatus::done) << what << objects.trainer().record().message;
  Choices elsewhere = choices;
  // A network that learns anew in every trial draws what it begins with from its start, which is no part of a state.
  if (!is_adaptive(choices.cell)) elsewhere.start = "another start";
  for (const Index n_updates : {1, 4, 7})
    EXPECT_TRUE(resumed(saved_after(n_updates, choices), elsewhere) == whole) << what << " after " << n_updates;
}

/// Parameters that let a rule or optimizer use all of its state within few updates.
std::string with_lively_parameters(const std::string& name) {
  static const std::map<std::string, std::string> lively{{"reward_hebbian", "warm_up=2,pulse_probability=0.1"},
                                                         {"three_factor", "warm_up=2,pulse_probability=0.1,pulse=1"},
                                                         {"rmsprop", "momentum=0.5,rate=0.01"},
                                                         {"sgd", "momentum=0.5,rate=0.05,schedule=step,period=2"},
                                                         {"adam", "rate=0.01,schedule=exponential,period=3"},
                                                         {"adamw", "rate=0.01,warmup=4"}};
  return lively.contains(name) ? name + "/" + lively.at(name) : name;
}

/// Every architecture, networks of layers with skips, and one with excitatory and inhibitory units, which bar some
/// rules and steer others.
std::vector<std::string> cells() {
  std::vector<std::string> result;
  for (const std::string& name : cell_names()) result.push_back(name + "/units=6");
  for (const char* skip : {"none", "residual", "dense"}) result.push_back(std::string("mlp/hidden=6-6-6,skip=") + skip);
  for (const char* layers :
       {"square/hidden_layers=2", "tower/hidden=1", "stochastic_binary", "mlp/hidden=6-6,bias=false"})
    result.push_back(layers);
  result.push_back("plastic_mlp/hidden=4");
  result.push_back("ctrnn/units=6,activation=relu,dale=true,tau=2");
  return result;
}

bool serves(const Description& rule, const std::string& cell) {
  const auto network = network_of(cell);
  const char* family = family_name(network->traits().family);
  if (rule.family != family || !rule.serves.includes(parse_variant(cell).name)) return false;
  try {
    learning_rules<float>().make_of(family, rule.name)->check(*network);
  } catch (const UserError&) {
    return false;
  }
  return true;
}

TEST(ResumedTraining, leaves_no_trace_with_any_rule_cell_and_optimizer) {
  std::set<std::string> rules;
  int n_pairs = 0;
  for (const Description& rule : learning_rules<float>().catalogue().descriptions())
    for (const std::string& cell : cells()) {
      if (!serves(rule, cell)) continue;
      for (const Description& optimizer : optimizers<float>().catalogue().descriptions()) {
        Choices choices;
        choices.rule = with_lively_parameters(rule.name);
        choices.cell = cell;
        choices.optimizer = with_lively_parameters(optimizer.name);
        expect_no_trace_of_a_stop(choices);
      }
      rules.insert(rule.family + " " + rule.name);
      ++n_pairs;
    }
  EXPECT_EQ(rules.size(), learning_rules<float>().catalogue().descriptions().size()) << "every rule has a cell here";
  EXPECT_GE(n_pairs, 143 + 7 * 3);
}

TEST(ResumedTraining, leaves_no_trace_with_updates_within_trials) {
  for (const std::string cell : {"ctrnn/units=6,noise=0.2", "alif/units=6,tau_out=30"})
    for (const std::string rule :
         {"eprop/every=3", "eprop/every=3,feedback=random", "snap1/every=2", "credit/every=3", "rtrl/every=3",
          "snap/n=2,every=3", "uoro/every=3", "kf_rtrl/every=3", "frozen_recurrent/every=2"}) {
      Choices choices;
      choices.rule = rule;
      choices.cell = cell;
      expect_no_trace_of_a_stop(choices);
    }
  Choices choices;
  choices.rule = "kernl/every=3";
  expect_no_trace_of_a_stop(choices);
}

TEST(ResumedTraining, leaves_no_trace_with_any_feedback) {
  for (const std::string rule :
       {"credit/path=random,feedback=random", "feedback_alignment/feedback=aligned,alignment=0.1",
        "rtrl/feedback=aligned", "dni/feedback=aligned", "neuromodulator_diffusion/feedback=aligned"}) {
    Choices choices;
    choices.rule = rule;
    expect_no_trace_of_a_stop(choices);
  }
}

TEST(ResumedTraining, leaves_no_trace_with_any_regularizer) {
  for (const Description& regularizer : regularizers<float>().catalogue().descriptions()) {
    Choices choices;
    choices.options.regularizers = {regularizer.name + "/weight=20"};
    expect_no_trace_of_a_stop(choices);
  }
}

TEST(ResumedTraining, leaves_no_trace_with_rules_that_watch) {
  Choices choices;
  choices.options.alignment = {{"eprop/feedback=aligned", "dni", "kernl"}, 1};
  expect_no_trace_of_a_stop(choices);
}

/// Rules whose random numbers are all drawn before training need nothing but the state: not even their stream.
TEST(ResumedTraining, what_was_drawn_is_part_of_the_state) {
  for (const std::string rule : {"credit/path=random,feedback=random", "eprop/feedback=aligned", "rtrl/feedback=random",
                                 "dni/feedback=random", "force", "full_force", "neuromodulator_diffusion"}) {
    Choices choices, elsewhere;
    choices.rule = elsewhere.rule = rule;
    elsewhere.draws = "other draws";
    Objects objects(choices), other(elsewhere);
    const std::string whole = end_of(objects);
    EXPECT_NE(whole, end_of(other)) << rule << ": the draws matter";
    EXPECT_TRUE(resumed(saved_after(2, choices), elsewhere) == whole) << rule;
  }
}

TEST(ResumedTraining, can_be_finished_already) {
  const Choices choices;
  const std::string end = saved_after(kUpdates + 1, choices);
  TrainingState state;
  restore_state(end, state);
  EXPECT_EQ(state.record.status, RunStatus::done);
  EXPECT_EQ(resumed(end, choices), end);
}

TEST(ResumedTraining, keeps_a_divergence) {
  Choices choices;
  choices.options.explosion = 1e-9;
  TrainingState state;
  restore_state(saved_after(1, choices), state);
  EXPECT_EQ(state.record.status, RunStatus::diverged);
  EXPECT_THAT(state.record.message, testing::HasSubstr("at update 0"));
  Objects objects(choices);
  objects.trainer().restore(state);
  EXPECT_EQ(objects.trainer().train().message, state.record.message);
}

/// What restoring `saved` says when it cannot be done.
std::string complaint(const Choices& saved, const Choices& now) {
  try {
    resumed(saved_after(2, saved), now);
  } catch (const RunError& error) {
    return error.what();
  }
  return "";
}

TEST(ResumedTraining, the_state_of_another_training_is_refused) {
  const auto with = [](const auto& change) {
    Choices choices;
    change(choices);
    return choices;
  };
  const Choices own;
  EXPECT_EQ(complaint(own, own), "");
  const auto refused = [&](const Choices& other, const std::string& why) {
    EXPECT_THAT(complaint(own, other), testing::HasSubstr(why));
  };
  refused(with([](Choices& c) { c.cell = "ctrnn/units=7"; }), "'parameters' of the saved state is");
  refused(with([](Choices& c) { c.rule = "dni"; }), "other curves");
  refused(with([](Choices& c) { c.rule = "reward_hebbian"; }), "where 'rule/n_trials' (integer) is expected");
  refused(with([](Choices& c) { c.optimizer = "rmsprop"; }), "'optimizer/mean'");
  refused(with([](Choices& c) { c.options.activity_penalty = 1; }), "'regularizers/0/weight'");
  refused(with([](Choices& c) { c.options.updates += 1; }), "other curves, updates or levels");
  refused(with([](Choices& c) { c.plan.at_updates = {}; }), "other curves, updates or levels");
}

TEST(RuleCurves, are_recorded_beside_the_others) {
  for (const std::string rule : {"kernl", "dni"}) {
    Choices choices;
    choices.rule = rule;
    Objects objects(choices);
    TrainingRecord record = objects.trainer().train();
    const auto& error = record.curve("rule/" + rule + "_prediction_error");
    EXPECT_THAT(error, testing::Each(testing::Gt(0.0F))) << rule;
    EXPECT_NE(error.front(), error.back()) << rule;
  }
  Choices choices;
  Objects objects(choices);
  for (const Curve& curve : objects.trainer().record().curves) EXPECT_FALSE(curve.name.starts_with("rule/"));
}

}  // namespace
}  // namespace cohort::test
