// The regression of NEST's test suite for e-prop (Bellec et al. 2020; test_eprop_bsshslm_2020_plasticity.py): 100
// integrate-and-fire units learn a sum of sines from frozen spikes. Its losses are those of this library's trainer when
// the two conventions are brought together:
//
// * NEST's spikes travel for 1 ms, the learning signal travels back just as long and is written to where it came from:
//   spike z_{t-1} reaches the other units at step t, and the error of step t reaches the unit as it was at step t.
// * Every iteration starts from rest, and weights change at its end.
// * NEST's loss is ½ Σ (y - y*)² over T steps, ours their mean: its gradients are T/2 times ours.
// * NEST's units and readout have no bias.

#include <support/recurrent.hpp>

#include <cohort/recordings/npy_array.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/temporal_rule.hpp>
#include <cohort/learning/trainer.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/recurrent_network.hpp>

#include <support/shared_data.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace cohort::test {
namespace {

std::filesystem::path golden_file(const std::string& name) {
  return shared_file("golden/nest_eprop_regression/" + name);
}

MatrixXd golden_matrix(const std::string& name) {
  const NpyArray array = read_npy(golden_file(name).string());
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(array.values.data(), static_cast<Index>(array.shape[0]),
                                    static_cast<Index>(array.shape[1]));
}

/// One trial, always the same.
class FrozenTrial final : public Task {
 public:
  FrozenTrial(const MatrixXd& inputs, const MatrixXd& targets) : inputs_(inputs), targets_(targets) {
    info_.n_inputs = inputs.rows();
    info_.n_outputs = targets.rows();
    info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = inputs.cols();
    info_.dt_ms = 1;
    info_.conditions = {"frozen"};
  }

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const override {
    evaluation_trial(0, stream, trial);
  }
  void evaluation_trial(int, RandomStream&, Trial& trial) const override {
    trial.reset(info_, info_.n_steps);
    trial.inputs = inputs_;
    trial.targets = targets_;
  }

 private:
  TaskInfo info_;
  MatrixXd inputs_, targets_;
};

/// e-prop with a given feedback matrix, in a network whose biases stay as they are. Notes the losses on the way.
class EpropWithoutBiases final : public TemporalRule<double> {
 public:
  explicit EpropWithoutBiases(const MatrixXd& feedback) : feedback_(feedback) { credit_.path = CreditPath::none; }

  RuleTraits traits() const override { return {}; }
  void begin(const RecurrentNetwork<double>&, const RandomStream&) override {}
  void add_gradient(const TemporalContext<double>& context, ParameterSet<double>& gradient) override {
    losses_.push_back(0.5 * (context.activity.outputs - context.batch.targets).squaredNorm());
    RecurrentNetwork<double>& network = context.network;
    mean_rate_hz_ = 1000 * network.mean_rates().mean();
    network.backward(context.batch.inputs, context.output_error, feedback_, context.direct, credit_, gradient);
    gradient.block("b").setZero();
    gradient.block("b_out").setZero();
  }
  void visit_state(StateVisitor&) override {}

  const std::vector<double>& losses() const { return losses_; }
  double mean_rate_hz() const { return mean_rate_hz_; }

 private:
  MatrixXd feedback_;
  RecurrentCredit<double> credit_;
  std::vector<double> losses_;
  double mean_rate_hz_ = 0;
};

class NestEpropRegression : public testing::Test {
 protected:
  void SetUp() override {
    COHORT_SKIP_WITHOUT(golden_file("expected.json"));
    nlohmann::json expected;
    std::ifstream(golden_file("expected.json")) >> expected;
    expected_ = expected["loss_nest"].get<std::vector<double>>();
  }

  /// The losses of all iterations of a network of `cell`.
  std::vector<double> losses(const std::string& cell) {
    const FrozenTrial task(golden_matrix("spikes_in.npy").transpose(), golden_matrix("target.npy").transpose());
    const double per_gradient = static_cast<double>(task.info().n_steps) / 2;
    RecurrentNetwork<double> network =
        std::move(*test::recurrent<double>(cell, task.info().n_inputs, task.info().n_outputs));
    for (const auto& [name, file] : {std::pair{"W", "w_rec.npy"}, {"W_in", "w_in.npy"}, {"W_out", "w_out.npy"}})
      network.parameters().block(name) = golden_matrix(file);
    EpropWithoutBiases rule(golden_matrix("feedback.npy"));
    const auto optimizer = optimizers<double>().make(fmt::format("sgd/rate={}", 1e-4 * per_gradient));
    TrainingOptions options;
    options.updates = options.evaluate_every = static_cast<Index>(expected_.size()) - 1;
    options.batch = 1;
    options.rate_penalty = 300 / per_gradient;
    options.rate_target_hz = 10;
    const RandomStream unused("unused", "", 0);
    const TrainingRecord record =
        Trainer<double>(task, network, rule, *optimizer, options, {}, {unused, unused, unused, unused}).train();
    EXPECT_EQ(record.status, RunStatus::done);
    EXPECT_GT(rule.mean_rate_hz(), 1);
    return rule.losses();
  }

  static constexpr const char* kCell =
      "lif/units=100,tau=30,tau_out=30,threshold=0.03,refractory=0,self_connections=false";
  std::vector<double> expected_;
};

TEST_F(NestEpropRegression, the_losses_are_those_of_nest) {
  const std::vector<double> found = losses(kCell);
  ASSERT_EQ(found.size(), expected_.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i] / expected_[i], 1, 1e-9) << i;
}

TEST_F(NestEpropRegression, another_surrogate_derivative_changes_the_losses_after_the_first) {
  const std::vector<double> found = losses(std::string(kCell) + ",surrogate=gaussian");
  EXPECT_NEAR(found[0] / expected_[0], 1, 1e-9);
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_GT(std::abs(found[i] / expected_[i] - 1), 1e-5) << i;
}

TEST_F(NestEpropRegression, adaptive_units_that_do_not_adapt_are_the_same) {
  const std::string cell(kCell);
  const std::vector<double> found = losses("a" + cell + ",adaptive=0");
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i] / expected_[i], 1, 1e-9) << i;
}

}  // namespace
}  // namespace cohort::test
