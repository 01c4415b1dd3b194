#include <cohort/analysis/analyses.hpp>
#include <cohort/analysis/lyapunov_spectra.hpp>
#include <cohort/dynamics/network_map.hpp>
#include <cohort/network/as_recurrent.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <support/errors.hpp>
#include <support/changed_runs.hpp>
#include <support/study_files.hpp>

#include <gmock/gmock.h>

#include <cmath>

namespace cohort::test {
namespace {

using testing::HasSubstr;

constexpr const char* kSpectra =
    "[effects]\nresponses = []\n[snapshots]\nat_updates = [0]\n"
    "[dynamics]\nlyapunov = { steps = 40, transient = 10, trials = 3, exponents = 4 }\n";

class LyapunovSpectraTest : public StudyFiles {
 protected:
  /// The values of one item, computed from networks that have not been trained.
  static ItemValues compute(const LyapunovSpectra& spectra, const FinishedRuns& runs, std::size_t item) {
    ItemValues values(spectra.places(item));
    spectra.compute(item, runs, {true}, {}, values);
    return values;
  }
};

TEST_F(LyapunovSpectraTest, an_item_is_a_run_at_a_level) {
  const Study study = read(example_and(kSpectra));
  const Design design = expand(study);
  const Analyses analyses(study, design);
  ASSERT_EQ(analyses.all().size(), 1u);
  EXPECT_EQ(analyses.all()[0]->name(), "dynamics/lyapunov");
  EXPECT_EQ(analyses.all()[0]->n_items(), 2 * design.size());
  EXPECT_THAT(analyses.all()[0]->item_name(3), HasSubstr("run 1"));
  EXPECT_GT(analyses.all()[0]->cost(0), 1e4);
}

TEST_F(LyapunovSpectraTest, spiking_cells_are_refused_where_they_are_written) {
  const Study study = read(example("ctrnn/units=10", "lif/units=10", kSpectra));
  const Design design = expand(study);
  EXPECT_THAT(
      user_error([&] { const Analyses analyses(study, design); }),
      HasSubstr("study.toml:7:16: [dynamics] cannot compute Lyapunov exponents of architecture 'lif/units=10'"));
}

TEST_F(LyapunovSpectraTest, says_of_a_network_what_its_maps_say) {
  const Study study = read(example_and(kSpectra));
  const Design design = expand(study);
  const LyapunovSpectra spectra(study, design);
  const InitialRuns runs(study, design);
  ItemValues values = compute(spectra, runs, 2);  // run 1
  const auto exponents = values.block<double>(0);
  const TaskInfo& task = shared_task(study.task)->info();
  ASSERT_EQ(exponents.size(), (task.contexts.size() + 1) * 4);

  auto parts = make_parts<double>(study, design[1]);
  parts.network->parameters().values = runs.initial(1).cast<double>();
  RecurrentNetwork<double>& network = as_recurrent(*parts.network);
  TrialBatch<double> trials;
  fill_evaluation_batch(*parts.task, parts.streams.evaluation, trials);
  std::vector<LyapunovSpectrum> driven;
  VectorXd first_end;
  for (const Index trial : {Index{0}, trials.n_trials / 3, 2 * trials.n_trials / 3}) {
    MatrixXd inputs(task.n_inputs, trials.n_steps);
    for (Index step = 0; step < trials.n_steps; ++step)
      inputs.col(step) = trials.inputs.col(step * trials.n_trials + trial).head(task.n_inputs);
    NetworkMap map(network, VectorXd::Zero(task.n_inputs));
    LyapunovOptions options;
    options.n_exponents = 4;
    driven.push_back(lyapunov_spectrum(map, network.cell().initial_state(network.parameters()), inputs, options));
    if (trial == 0) first_end = driven[0].state;
  }
  const VectorXd mean = (driven[0].exponents + driven[1].exponents + driven[2].exponents) / 3;
  for (Index i = 0; i < 4; ++i)
    EXPECT_NEAR(exponents[task.contexts.size() * 4 + static_cast<std::size_t>(i)], mean[i], 1e-12);
  EXPECT_NEAR(values.block<double>(5)[0], mean.maxCoeff(), 1e-12) << "lambda_max";
  LyapunovOptions options;
  options.n_exponents = 4, options.n_transient = 10, options.n_steps = 40;
  double largest = -1e9;
  for (const InputContext& context : task.contexts)
    largest = std::max(largest, lyapunov_spectrum(NetworkMap(network, context.input), first_end, options).largest());
  EXPECT_NEAR(values.block<double>(6)[0], largest, 1e-12) << "lambda_max_autonomous";
  EXPECT_GT(std::abs(largest - mean.maxCoeff()), 1e-6) << "the two drives differ";
}

TEST_F(LyapunovSpectraTest, levels_that_were_never_reached_say_nothing) {
  const Study study = read(example_and(kSpectra));
  const Design design = expand(study);
  const LyapunovSpectra spectra(study, design);
  const InitialRuns runs(study, design);
  ItemValues values = compute(spectra, runs, 1);  // the last level: these runs end before it
  EXPECT_TRUE(std::isnan(values.block<double>(0)[0]));
  EXPECT_EQ(values.block<std::uint8_t>(2)[0], 0);
  EXPECT_TRUE(std::isnan(values.block<double>(5)[0]));
}

TEST_F(LyapunovSpectraTest, options_and_runs_decide_what_a_value_was_made_from) {
  const Study study = read(example_and(kSpectra)),
              other = read(example("", "", std::string(kSpectra) + "\n"), "b.toml");
  const Design design = expand(study);
  const InitialRuns runs(study, design);
  const auto number = [&](const Study& s) { return LyapunovSpectra(s, design).made_from(0, runs); };
  EXPECT_EQ(number(study), number(other));
  for (const char* changed : {"steps = 41, transient = 10, trials = 3, exponents = 4",
                              "steps = 40, transient = 11, trials = 3, exponents = 4",
                              "steps = 40, transient = 10, trials = 4, exponents = 4",
                              "steps = 40, transient = 10, trials = 3, exponents = 5",
                              "steps = 40, transient = 10, trials = 3, exponents = 4, every = 2"}) {
    const std::string text = std::string("[effects]\nresponses = []\n[snapshots]\nat_updates = [0]\n") +
                             "[dynamics]\nlyapunov = { " + changed + " }\n";
    EXPECT_NE(number(study), number(read(example_and(text), "c.toml"))) << changed;
  }
}

TEST_F(LyapunovSpectraTest, nothing_to_follow_is_refused) {
  EXPECT_THAT(user_error([&] { read(example_and("[dynamics]\nlyapunov = { steps = 0, trials = 0 }\n")); }),
              HasSubstr("study.toml:11:12: [dynamics] lyapunov has nothing to follow"));
  EXPECT_THAT(user_error([&] { read(example_and("[dynamics]\nlyapunov = { step = 3 }\n")); }),
              HasSubstr("unknown key 'step' in [dynamics.lyapunov]"));
}

/// Three units that feel no other: the first is driven in the motion context and grows by `in_motion` per step, the
/// second in the colour context by `in_colour`, the third never.
void drive_by_context(Network<float>& network, float in_motion, float in_colour) {
  constexpr Index kMotionContext = 5, kColourContext = 6;
  network.parameters().values.setZero();
  network.parameters().block("W").diagonal() << in_motion, in_colour, 0;
  network.parameters().block("W_in")(0, kMotionContext) = network.parameters().block("W_in")(1, kColourContext) = 1;
}

TEST_F(LyapunovSpectraTest, what_explodes_is_named_and_makes_the_largest_over_contexts_unknown) {
  const Study study = read(example("ctrnn/units=10", "ctrnn/units=3,tau=1,activation=relu",
                                   "[effects]\nresponses = []\n[snapshots]\nat_updates = [0]\n[dynamics]\n"
                                   "lyapunov = { steps = 2000, trials = 2, exponents = 2 }\n"));
  const Design design = expand(study);
  const LyapunovSpectra spectra(study, design);
  const ChangedRuns runs(study, design, [](Network<float>& network) { drive_by_context(network, 1.5f, 0.5f); });
  ItemValues values = compute(spectra, runs, 0);
  const auto exponents = values.block<double>(0);
  EXPECT_EQ(values.block<std::uint8_t>(2)[0], 4) << "exploded in the motion context";
  EXPECT_TRUE(std::isnan(exponents[0]) && std::isnan(values.block<double>(3)[0]) &&
              std::isnan(values.block<double>(4)[0]));
  EXPECT_NE(values.block<std::uint8_t>(2)[1], 4) << "the colour context";
  EXPECT_NE(values.block<std::uint8_t>(2)[1], 0);
  EXPECT_FALSE(std::isnan(values.block<double>(3)[1]));
  EXPECT_TRUE(std::isnan(values.block<double>(6)[0])) << "lambda_max_autonomous";
  EXPECT_TRUE(std::isnan(values.block<double>(8)[0])) << "kaplan_yorke_autonomous";
  // The other way round: what the motion context drives silences what the colour context lets explode.
  values = compute(spectra,
                   ChangedRuns(study, design,
                               [](Network<float>& network) {
                                 drive_by_context(network, 0.5f, 1.5f);
                                 network.parameters().block("W")(1, 0) = -1e30f;
                               }),
                   0);
  EXPECT_NE(values.block<std::uint8_t>(2)[0], 4);
  EXPECT_EQ(values.block<std::uint8_t>(2)[1], 4);
  for (const std::size_t number : {6, 8}) EXPECT_TRUE(std::isnan(values.block<double>(number)[0])) << number;
}

TEST_F(LyapunovSpectraTest, a_driven_network_that_explodes_says_so) {
  const Study study = read(example("ctrnn/units=10", "ctrnn/units=3,tau=1,activation=relu", kSpectra));
  const Design design = expand(study);
  const LyapunovSpectra spectra(study, design);
  ItemValues values = compute(
      spectra, ChangedRuns(study, design, [](Network<float>& network) { drive_by_context(network, 1e6f, 1e6f); }), 0);
  const std::size_t driven = values.block<std::uint8_t>(2).size() - 1;
  EXPECT_EQ(values.block<std::uint8_t>(2)[driven], 4);
  for (const std::size_t number : {5, 7}) EXPECT_TRUE(std::isnan(values.block<double>(number)[0])) << number;
}

TEST_F(LyapunovSpectraTest, exponents_that_cannot_be_told_from_zero_are_marginal) {
  const Study study = read(example("ctrnn/units=10", "ctrnn/units=3,tau=1e9", kSpectra));
  const Design design = expand(study);
  const LyapunovSpectra spectra(study, design);
  ItemValues values = compute(spectra, InitialRuns(study, design), 0);
  for (const std::uint8_t kind : values.block<std::uint8_t>(2)) EXPECT_EQ(kind, 2);
  EXPECT_NEAR(values.block<double>(5)[0], 0, 1e-8) << "lambda_max";
}

}  // namespace
}  // namespace cohort::test
