#include <cohort/analysis/analyses.hpp>
#include <cohort/analysis/curvature_measures.hpp>
#include <cohort/core/decompositions.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <support/errors.hpp>
#include <support/changed_runs.hpp>
#include <support/study_files.hpp>

#include <gmock/gmock.h>

#include <cmath>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kHead = "[effects]\nresponses = []\n[snapshots]\nat_updates = [0]\n[training]\nl2 = 0.01\n";

std::string curvature(const std::string& options) {
  return std::string(kHead) + "[dynamics]\ncurvature = { " + options + " }\n";
}

class CurvatureMeasuresTest : public StudyFiles {
 protected:
  static ItemValues compute(const Study& study, const Design& design, std::size_t item) {
    return compute(study, design, item, [](Network<float>&) {});
  }
  /// Of networks that are changed.
  static ItemValues compute(const Study& study, const Design& design, std::size_t item, ChangedRuns::Change change) {
    const CurvatureMeasures measures(study, design);
    ItemValues values(measures.places(item));
    measures.compute(item, ChangedRuns(study, design, std::move(change)), {true}, {}, values);
    return values;
  }
};

// Run 6 is the first of eprop; its units are smooth, so that there is a Hessian at the start.
TEST_F(CurvatureMeasuresTest, are_those_of_the_full_hessian_by_differences_of_the_loss) {
  const Study study =
      read(example("ctrnn/units=10", "ctrnn/units=4,activation=tanh", curvature("batch = 6, probes = 400")));
  const Design design = expand(study);
  ItemValues values = compute(study, design, 12);
  EXPECT_EQ(values.block<std::uint8_t>(0)[0], 1);
  const auto network = make_network<double>(study, design[6]);
  network->parameters().values = make_network<float>(study, design[6])->parameters().values.cast<double>();
  TrialBatch<double> trials;
  fill_training_batch(*shared_task(study.task), make_parts<double>(study, design[6]).streams.training, 0, 6, trials);
  const VectorXd start = network->parameters().values;
  const auto weights = network->parameters().layout.block("W");
  const auto loss = [&](const VectorXd& moved) {
    network->parameters().values = start;
    network->parameters().values.segment(weights.offset, 16) += moved;
    const Activity<double>& activity = network->forward(trials.inputs, trials.n_trials);
    double squares = 0;
    for (const ParameterBlock& block : network->parameters().layout.blocks())
      if (block.role == ParameterRole::recurrent)
        squares += network->parameters().values.segment(block.offset, 16).squaredNorm();
    return Objective<double>(LossKind::cross_entropy).score(trials, activity.outputs).loss + 0.005 * squares;
  };
  constexpr double h = 1e-3;
  MatrixXd hessian(16, 16);
  const auto unit = [&](Index i) -> VectorXd { return h * VectorXd::Unit(16, i); };
  for (Index i = 0; i < 16; ++i)
    for (Index j = 0; j < 16; ++j)
      hessian(i, j) =
          (loss(unit(i) + unit(j)) - loss(unit(i) - unit(j)) - loss(unit(j) - unit(i)) + loss(-unit(i) - unit(j))) /
          (4 * h * h);
  const VectorXd eigenvalues = Eigen::SelfAdjointEigenSolver<MatrixXd>(hessian).eigenvalues();
  const double scale = 1e-4 * hessian.norm();
  EXPECT_NEAR(values.block<double>(11)[0], eigenvalues[15], scale);
  EXPECT_NEAR(values.block<double>(1)[0], eigenvalues[14], scale);
  EXPECT_NEAR(values.block<double>(2)[0], eigenvalues[0], scale);
  EXPECT_LE(std::abs(values.block<double>(12)[0] - hessian.trace()), 5 * values.block<double>(3)[0] + scale);
  EXPECT_GT(values.block<double>(8)[0], 0.1) << "loss";
  EXPECT_GT(values.block<std::int32_t>(10)[0], 400);
}

TEST_F(CurvatureMeasuresTest, bptt_has_a_rho_of_one_and_eprop_another) {
  const Study study =
      read(example("ctrnn/units=10", "ctrnn/units=5,activation=tanh", curvature("batch = 4, probes = 0")));
  const Design design = expand(study);
  ItemValues exact = compute(study, design, 0), eprop = compute(study, design, 12);
  EXPECT_NEAR(exact.block<double>(13)[0], 1, 1e-12);
  EXPECT_NE(eprop.block<double>(13)[0], 1);
  EXPECT_TRUE(std::isfinite(eprop.block<double>(13)[0]));
  EXPECT_NE(eprop.block<double>(6)[0], eprop.block<double>(7)[0]) << "along the gradient, along the rule";
  EXPECT_EQ(exact.block<double>(11)[0], eprop.block<double>(11)[0]) << "the same network and trials";
  EXPECT_TRUE(std::isnan(exact.block<double>(12)[0])) << "no probes, no trace";
}

TEST_F(CurvatureMeasuresTest, critical_rates_of_bptt_are_those_of_the_hessian_and_of_eprop_others) {
  const Study study = read(example("ctrnn/units=10", "ctrnn/units=5,activation=tanh",
                                   curvature("batch = 4, probes = 0, first_trial = 20, critical = true")));
  const Design design = expand(study);
  ItemValues exact = compute(study, design, 0), eprop = compute(study, design, 12);
  const double largest = exact.block<double>(11)[0], smallest = exact.block<double>(2)[0];
  EXPECT_NEAR(exact.block<double>(17)[0], smallest, 1e-5 * largest);
  const double leading = std::abs(smallest) > largest ? smallest : largest;
  EXPECT_NEAR(exact.block<double>(15)[0], leading, 1e-5 * largest);
  EXPECT_LT(std::abs(exact.block<double>(16)[0]), 1e-5 * largest) << "a symmetric matrix has real eigenvalues";
  if (smallest > 0) EXPECT_NEAR(exact.block<double>(14)[0], 2 / largest, 1e-4 / largest);
  EXPECT_NE(exact.block<double>(15)[0], eprop.block<double>(15)[0]);
  EXPECT_EQ(exact.block<std::uint8_t>(18)[0], 1) << "found";
  EXPECT_NEAR(exact.block<double>(19)[0], 1, 1e-5) << "along the leading eigenvector";
  EXPECT_GT(std::abs(eprop.block<double>(19)[0] - 1), 1e-3);
  const Study first = read(example("ctrnn/units=10", "ctrnn/units=5,activation=tanh", curvature("batch = 4")));
  EXPECT_NE(compute(first, expand(first), 0).block<double>(8)[0], exact.block<double>(8)[0]) << "other trials";
  EXPECT_TRUE(std::isnan(compute(first, expand(first), 0).block<double>(14)[0])) << "not asked for";
  EXPECT_EQ(compute(first, expand(first), 0).block<std::uint8_t>(18)[0], 0) << "not asked for";
}

TEST_F(CurvatureMeasuresTest, looks_after_the_updates_that_are_named_and_at_the_end) {
  const Study study =
      read(example("ctrnn/units=10", "ctrnn/units=5,activation=tanh", curvature("batch = 4, probes = 0, at = [7]")));
  const Design design = expand(study);
  EXPECT_THAT(study.snapshots.labels(), ElementsAre("update=0", "update=7", "final"));
  const CurvatureMeasures measures(study, design);
  EXPECT_EQ(measures.cost(0), 0);
  EXPECT_GT(measures.cost(1), 0);
  EXPECT_GT(measures.cost(2), 0);
  EXPECT_EQ(compute(study, design, 0).block<std::uint8_t>(0)[0], 0) << "update=0 was not asked for";
  EXPECT_EQ(compute(study, design, 1).block<std::uint8_t>(0)[0], 1);
}

TEST_F(CurvatureMeasuresTest, of_networks_of_layers_is_over_all_parameters_unless_told_otherwise) {
  const Study study = read(example("rule = [\"bptt\", \"eprop\"]\narchitecture = \"ctrnn/units=10\"",
                                   "rule = \"backprop\"\narchitecture = \"mlp/hidden=3,activation=tanh\"",
                                   curvature("batch = 2, probes = 0")));
  const Design design = expand(study);
  const auto network = make_network<float>(study, design[0]);
  ItemValues values = compute(study, design, 0);
  EXPECT_EQ(values.block<std::uint8_t>(0)[0], 1);
  EXPECT_GT(values.block<double>(11)[0], 0);
}

TEST_F(CurvatureMeasuresTest, a_double_leading_eigenvalue_is_named) {
  // The squared error of outputs is as curved along each bias of theirs.
  std::string text = example("ctrnn/units=10", "ctrnn/units=5,activation=tanh", curvature("parameters = \"b_out\""));
  text.replace(text.find("context_integration_mante_2013"), std::string("context_integration_mante_2013").size(),
               "center_out_reach_hatsopoulos_2007");
  const Study study = read(text);
  const Design design = expand(study);
  ItemValues values = compute(study, design, 0);
  EXPECT_EQ(values.block<std::uint8_t>(0)[0], 2) << "degenerate";
  EXPECT_NEAR(values.block<double>(1)[0] / values.block<double>(11)[0], 1, 1e-5);
}

TEST_F(CurvatureMeasuresTest, a_network_whose_loss_leaves_the_range_of_numbers_has_none_and_says_so) {
  for (const char* units : {"5", "7"}) {  // both sides of where matrices are made in full
    const Study study = read(example("ctrnn/units=10", std::string("ctrnn/units=") + units + ",tau=1,activation=relu",
                                     curvature("batch = 4, critical = true")));
    const Design design = expand(study);
    ItemValues values =
        compute(study, design, 0, [](Network<float>& network) { network.parameters().values.setConstant(1e30f); });
    EXPECT_EQ(values.block<std::uint8_t>(0)[0], 3) << "not_converged";
    EXPECT_EQ(values.block<std::uint8_t>(18)[0], 3) << "not_converged";
    for (const std::size_t number : {1, 2, 11, 14, 17, 19}) EXPECT_TRUE(std::isnan(values.block<double>(number)[0]));
  }
}

TEST_F(CurvatureMeasuresTest, where_a_unit_stands_on_its_kink_there_is_none) {
  const Study study = read(example("ctrnn/units=10", "ctrnn/units=5,activation=relu",
                                   curvature("parameters = \"b\", batch = 4, critical = true")));
  const Design design = expand(study);
  ItemValues values = compute(study, design, 0, [](Network<float>& network) {
    const auto readout = network.parameters().block("W_out").eval();
    network.parameters().values.setZero();
    network.parameters().block("W_out") = readout;
  });
  EXPECT_EQ(values.block<std::uint8_t>(0)[0], 4) << "at_kink";
  EXPECT_EQ(values.block<std::uint8_t>(18)[0], 4) << "at_kink";
  EXPECT_TRUE(std::isnan(values.block<double>(11)[0]));
  EXPECT_TRUE(std::isnan(values.block<double>(14)[0]));
  EXPECT_TRUE(std::isfinite(values.block<double>(8)[0])) << "the loss is there";
}

TEST_F(CurvatureMeasuresTest, what_has_none_is_refused_or_named) {
  const auto refused = [&](const std::string& cell, const std::string& options) {
    const Study study = read(example("ctrnn/units=10", cell, curvature(options)));
    const Design design = expand(study);
    return user_error([&] { const Analyses analyses(study, design); });
  };
  EXPECT_THAT(refused("lif/units=10", ""),
              HasSubstr("study.toml:7:16: [dynamics] cannot compute curvature of architecture 'lif/units=10' (spikes"));
  EXPECT_THAT(refused("gru/units=10", "parameters = \"W\""),
              HasSubstr("no parameters 'W' (known: all, recurrent, W_r"));
  EXPECT_THAT(user_error([&] { read(example("", "", curvature("first_trial = 3"))); }),
              HasSubstr("[dynamics] curvature: first_trial has no effect"));
  const Study study = read(example("\"eprop\"", "\"rtrl\", \"node_perturbation\"", curvature("")));
  const Design design = expand(study);
  EXPECT_THAT(
      CurvatureMeasures(study, design).warnings(),
      testing::Contains(HasSubstr("no sharpness along 'node_perturbation', no rho and no critical rate of it")));
  const Study critical = read(
      example("\"eprop\"", "\"node_perturbation\"", curvature("batch = 2, probes = 0, critical = true")), "b.toml");
  EXPECT_EQ(compute(critical, expand(critical), 12).block<std::uint8_t>(18)[0], 2) << "no_gradient";
}

}  // namespace
}  // namespace cohort::test
