#include <support/errors.hpp>
#include <support/idx_bytes.hpp>
#include <support/temporary_directory.hpp>
#include <tasks/trials.hpp>

#include <cohort/tasks/trial_batch.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Images of 2 x 4 pixels: pixel p of image i of the training set is 10 i + p, of the test set 100 more; label i % 3.
class Images : public testing::Test {
 protected:
  static constexpr int kImages = 9, kTestImages = 6;

  Images() {
    write_set("train", kImages, 0);
    write_set("t10k", kTestImages, 100);
  }

  void write_set(const std::string& set, int n, int first) {
    std::string images, labels;
    for (int i = 0; i < n; ++i) {
      for (int p = 0; p < 8; ++p) images += static_cast<char>(first + 10 * i + p);
      labels += static_cast<char>(i % 3);
    }
    write(set + "-images-idx3-ubyte", idx_bytes({static_cast<std::uint8_t>(n), 2, 4}, images));
    write(set + "-labels-idx1-ubyte", idx_bytes({static_cast<std::uint8_t>(n)}, labels));
  }
  void write(const std::string& name, const std::string& content) const { directory_.write(name, content); }
  std::unique_ptr<Task> make(const std::string& more = "") const {
    const std::string images = more.find("images=") == std::string::npos ? ",images=2" : "";
    return tasks().make("images/folder=" + directory_.path() + images + more);
  }
  std::string message(const std::string& more = "") const {
    const std::string text = user_error([&] { make(more); });
    EXPECT_THAT(text, Not(HasSubstr("\n")));
    return text;
  }

  TemporaryDirectory directory_;
};

Trial ordered_trial(const Task& task, std::uint64_t index, std::uint64_t seed = 1) {
  const RandomStream all("data", "images", seed);
  RandomStream own = all.substream(index);
  Trial trial;
  task.ordered_training_trial(all, index, own, trial);
  return trial;
}

int first_pixel(const Trial& trial) { return static_cast<int>(std::lround(255 * trial.inputs(0, 0))); }

TEST_F(Images, an_image_is_one_step_with_its_label) {
  const auto task = make(",order=file");
  EXPECT_EQ(task->info().n_inputs, 8);
  EXPECT_EQ(task->info().n_outputs, 3);
  EXPECT_EQ(task->info().n_steps, 1);
  EXPECT_EQ(task->info().n_training_trials, kImages);
  for (int i = 0; i < 2 * kImages; ++i) {
    const Trial trial = ordered_trial(*task, static_cast<std::uint64_t>(i));
    EXPECT_EQ(first_pixel(trial), 10 * (i % kImages));
    EXPECT_NEAR(255 * trial.inputs(5, 0), 10 * (i % kImages) + 5, 1e-12);
    EXPECT_EQ(trial.classes[0], i % 3);
  }
}

TEST_F(Images, every_epoch_has_each_image_once_in_an_order_of_its_own) {
  const auto task = make();
  std::set<std::vector<int>> orders;
  for (const std::uint64_t seed : {1, 2})
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
      std::vector<int> order;
      for (std::uint64_t i = 0; i < kImages; ++i)
        order.push_back(first_pixel(ordered_trial(*task, epoch * kImages + i, seed)));
      EXPECT_EQ(std::set<int>(order.begin(), order.end()).size(), static_cast<std::size_t>(kImages));
      orders.insert(order);
    }
  EXPECT_EQ(orders.size(), 6u);
}

TEST_F(Images, batches_of_an_epoch_can_be_cut_anywhere) {
  const auto task = make();
  TrialBatch<float> whole, part;
  const RandomStream stream("data", "images", 1);
  fill_training_batch(*task, stream, 0, 9, whole);
  fill_training_batch(*task, stream, 4, 3, part);
  EXPECT_EQ(part.inputs, whole.inputs.middleCols(4, 3));
}

TEST_F(Images, evaluation_shows_test_images_class_after_class) {
  const auto task = make();
  const std::vector<std::string> names{"label=0 image=0", "label=0 image=3", "label=1 image=1",
                                       "label=1 image=4", "label=2 image=2", "label=2 image=5"};
  EXPECT_EQ(task->info().conditions, names);
  EXPECT_EQ(first_pixel(evaluation_trial(*task, 1)), 130);
  EXPECT_EQ(evaluation_trial(*task, 1).condition, 1);
  EXPECT_EQ(evaluation_trial(*task, 1).classes[0], 0);

  const auto by_label = make(",conditions=labels,images=0");
  EXPECT_EQ(by_label->info().conditions.size(), 3u);
  TrialBatch<double> batch;
  fill_evaluation_batch(*by_label, RandomStream("evaluation", "images", 1), batch);
  EXPECT_EQ(batch.n_trials, kTestImages);
  EXPECT_EQ(batch.conditions, (std::vector<int>{0, 0, 1, 1, 2, 2}));
  EXPECT_NEAR(255 * batch.inputs(0, 1), 130, 1e-12);
}

TEST_F(Images, pixels_are_averaged_and_centred) {
  const auto task = make(",order=file,average=2");
  EXPECT_EQ(task->info().n_inputs, 2);
  const Trial trial = ordered_trial(*task, 1);  // 10 11 12 13 / 14 15 16 17
  EXPECT_NEAR(255 * trial.inputs(0, 0), 12.5, 1e-12);
  EXPECT_NEAR(255 * trial.inputs(1, 0), 14.5, 1e-12);

  const auto centred = make(",order=file,centre=true,per_class=2");
  EXPECT_EQ(centred->info().n_training_trials, 6);
  VectorXd sum = VectorXd::Zero(8);
  for (std::uint64_t i = 0; i < 6; ++i) sum += ordered_trial(*centred, i).inputs.col(0);
  EXPECT_LT(sum.norm(), 1e-12);
  EXPECT_GT(ordered_trial(*centred, 5).inputs.norm(), 0.1);
}

TEST_F(Images, files_that_cannot_be_are_told_with_their_name) {
  EXPECT_THAT(user_error([] { tasks().make("images"); }), HasSubstr("folder="));
  EXPECT_THAT(message(",average=3"), AllOf(HasSubstr("average=3"), HasSubstr("2 x 4")));
  EXPECT_THAT(message(",per_class=4"), AllOf(HasSubstr("label 0 has 3 training images"), HasSubstr("per_class=4")));
  EXPECT_THAT(message(",images=3"), HasSubstr("label 0 has 2 test images"));
  EXPECT_THAT(message(",prefix=emnist-"), HasSubstr("emnist-train-images-idx3-ubyte"));
  write("t10k-labels-idx1-ubyte", idx_bytes({kTestImages}, std::string("\0\1\2\0\1\7", 6)));
  EXPECT_THAT(message(), HasSubstr("test label 7 never occurs"));
  write("t10k-labels-idx1-ubyte", idx_bytes({kTestImages}, std::string("\0\1\2\0", 4)));
  EXPECT_THAT(message(), AllOf(HasSubstr("t10k-labels-idx1-ubyte"), HasSubstr("truncated")));
  write("t10k-images-idx3-ubyte", idx_bytes({kTestImages, 1, 8}, std::string(48, '\1')));
  write("t10k-labels-idx1-ubyte", idx_bytes({kTestImages}, std::string("\0\1\2\0\1\2", 6)));
  EXPECT_THAT(message(), AllOf(HasSubstr("differ in size"), HasSubstr("2 x 4 and 1 x 8")));
}

}  // namespace
}  // namespace cohort::test
