// The evidence accumulation of NEST's test suite for e-prop (Bellec et al. 2020): 50 integrate-and-fire and 50 adaptive
// units decide which side had more cues. Its losses come out of the ordinary classes of this library, named as a user
// names them, when the conventions of nest_eprop_regression_test.cpp are kept in mind and
//
// * NEST adds ε of Adam outside the bias correction, penalizes each trial's own rate, and has no biases;
// * its gradients are divided by the 150 steps of recall and by the batch, as those of a mean over them; the rate
//   penalty's too: 300 / 150.

#include <support/recurrent.hpp>
#include <support/shared_data.hpp>

#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/trainer.hpp>
#include <cohort/recordings/npy_array.hpp>
#include <cohort/rules/learning_rules.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace cohort::test {
namespace {

constexpr Index kSteps = 2250, kRecall = 150, kInputs = 40;

std::filesystem::path golden_file(const std::string& name) {
  return shared_file("golden/nest_eprop_classification/" + name);
}

MatrixXd golden_matrix(const std::string& name) {
  const NpyArray array = read_npy(golden_file(name).string());
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(array.values.data(), static_cast<Index>(array.shape[0]),
                                    static_cast<Index>(array.shape[1]));
}

/// The trials of all iterations, one after the other.
class NestTrials final : public Task {
 public:
  explicit NestTrials(Index batch)
      : spikes_(read_npy(golden_file(fmt::format("spikes_batch_{}.npy", batch)).string())),
        classes_(read_npy(golden_file(fmt::format("classes_batch_{}.npy", batch)).string())) {
    info_.n_inputs = kInputs;
    info_.n_outputs = 2;
    info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = kSteps;
    info_.dt_ms = 1;
    info_.loss = LossKind::cross_entropy;
    info_.conditions = {"first"};
  }

  const TaskInfo& info() const override { return info_; }
  void evaluation_trial(int, RandomStream& stream, Trial& trial) const override { training_trial(0, stream, trial); }
  void training_trial(std::uint64_t index, RandomStream&, Trial& trial) const override {
    trial.reset(info_, kSteps);
    trial.classes.assign(kSteps, static_cast<int>(classes_.values.at(index)));
    trial.mask.leftCols(kSteps - kRecall).setZero();
    const double* bytes = spikes_.values.data() + static_cast<Index>(index) * kSteps * kInputs / 8;
    for (Index step = 0; step < kSteps; ++step)
      for (Index input = 0; input < kInputs; ++input) {  // the first input is the highest bit of the first byte
        const auto byte = static_cast<int>(bytes[step * kInputs / 8 + input / 8]);
        trial.inputs(input, step) = byte >> (7 - input % 8) & 1;
      }
  }

 private:
  NpyArray spikes_, classes_;
  TaskInfo info_;
};

class NestEpropClassification : public testing::TestWithParam<Index> {
 protected:
  void SetUp() override {
    COHORT_SKIP_WITHOUT(golden_file("expected.json"));
    nlohmann::json expected;
    std::ifstream(golden_file("expected.json")) >> expected;
    expected_ = expected[fmt::format("loss_batch_{}", GetParam())].get<std::vector<double>>();
  }

  static std::string cell() {
    const double beta = 1.7 * (1 - std::exp(-1 / 2000.0)) / (1 - std::exp(-1 / 20.0));
    return fmt::format(
        "alif/units=100,tau=20,drive_scale=one,threshold=0.6,refractory=5,damping=0.3,tau_adaptation=2000,beta={},"
        "adaptive=0.5,self_connections=false,tau_out=20,bias=false",
        beta);
  }

  /// The losses of all iterations.
  std::vector<double> losses(const std::string& optimizer_name, RatePenaltyPer per) const {
    const NestTrials task(GetParam());
    const auto network = recurrent<double>(cell(), kInputs, 2);
    for (const auto& [name, file] : {std::pair{"W", "w_rec.npy"}, {"W_in", "w_in.npy"}, {"W_out", "w_out.npy"}})
      network->parameters().block(name) = golden_matrix(file);
    const auto rule =
        learning_rules<double>().make("eprop/feedback=file,feedback_file=" + golden_file("feedback.npy").string());
    const auto optimizer = optimizers<double>().make(optimizer_name);
    TrainingOptions options;
    options.updates = options.evaluate_every = 4;
    options.batch = GetParam();
    options.rate_penalty = 300.0 / kRecall;
    options.rate_target_hz = 10;
    options.rate_penalty_per = per;
    const RandomStream unused("unused", "", 0);
    Trainer<double> trainer(task, *network, *rule, *optimizer, options, {}, {unused, unused, unused, unused});
    std::vector<double> losses;
    TrialBatch<double> batch;
    for (std::uint64_t iteration = 0; iteration < 5; ++iteration) {
      fill_training_batch(task, unused, iteration * static_cast<std::uint64_t>(GetParam()), GetParam(), batch);
      losses.push_back(Objective<double>(LossKind::cross_entropy)
                           .score(batch, network->forward(batch.inputs, batch.n_trials).outputs)
                           .loss);
      EXPECT_GT(network->mean_rates().mean(), 1e-3) << "the units spike";
      trainer.update();
    }
    for (const char* bias : {"b", "b_out"}) EXPECT_TRUE(network->parameters().block(bias).isZero(0));
    return losses;
  }

  static constexpr const char* kAdam = "adam/rate=5e-3,epsilon=1e-8,epsilon_at=outside";
  std::vector<double> expected_;  ///< of the derivation, which NEST's agree with to 1e-12
};
INSTANTIATE_TEST_SUITE_P(Batches, NestEpropClassification, testing::Values(1, 2));

TEST_P(NestEpropClassification, the_losses_are_those_of_nest) {
  const std::vector<double> found = losses(kAdam, RatePenaltyPer::trial);
  ASSERT_EQ(found.size(), expected_.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i] / expected_[i], 1, 1e-10) << i;
}

TEST_P(NestEpropClassification, each_convention_matters) {
  const std::vector<double> inside = losses("adam/rate=5e-3,epsilon=1e-8", RatePenaltyPer::trial);
  EXPECT_GT(std::abs(inside[4] / expected_[4] - 1), 1e-9);
  const std::vector<double> together = losses(kAdam, RatePenaltyPer::batch);
  if (GetParam() > 1) {
    EXPECT_GT(std::abs(together[4] / expected_[4] - 1), 1e-9);
  }
}

}  // namespace
}  // namespace cohort::test
