#include <support/errors.hpp>
#include <support/idx_bytes.hpp>
#include <support/temporary_directory.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace cohort::test {
namespace {

using testing::HasSubstr;

/// Images of 2 x 3 pixels: pixel p of image i of the training set is 10 i + p, of the test set 100 more.
class SequentialMnist : public testing::Test {
 protected:
  static constexpr int kImages = 9, kTestImages = 6;

  SequentialMnist() {
    std::string images, labels, test_images, test_labels;
    for (int i = 0; i < kImages; ++i) {
      for (int p = 0; p < 6; ++p) images += static_cast<char>(10 * i + p);
      labels += static_cast<char>(i % 3);
    }
    for (int i = 0; i < kTestImages; ++i) {
      for (int p = 0; p < 6; ++p) test_images += static_cast<char>(100 + 10 * i + p);
      test_labels += static_cast<char>(i % 3);
    }
    write("train-images-idx3-ubyte", idx_bytes({kImages, 2, 3}, images));
    write("train-labels-idx1-ubyte", idx_bytes({kImages}, labels));
    write("t10k-images-idx3-ubyte", idx_bytes({kTestImages, 2, 3}, test_images));
    write("t10k-labels-idx1-ubyte", idx_bytes({kTestImages}, test_labels));
  }

  void write(const std::string& name, const std::string& content) const { directory_.write(name, content); }

  std::unique_ptr<Task> make(const std::string& more = "pixels=3") const {
    return tasks().make("sequential_mnist/folder=" + directory_.path() + "," + more);
  }

  std::string message(const std::string& more = "pixels=3") const {
    return user_error([&] { make(more); });
  }

  TemporaryDirectory directory_;
};

/// First pixel value of a trial's image, as the file has it.
int first_pixel(const Trial& trial) { return static_cast<int>(std::lround(255 * trial.inputs(0, 0))); }

TEST_F(SequentialMnist, pixels_are_shown_row_by_row) {
  for (const auto& [pixels, n_steps] : {std::pair{3, 2}, std::pair{1, 6}, std::pair{6, 1}}) {
    const auto task = make("pixels=" + std::to_string(pixels));
    ASSERT_EQ(task->info().n_inputs, pixels);
    ASSERT_EQ(task->info().n_steps, n_steps);
    const Trial trial = training_trial(*task, 0);
    for (int p = 0; p < 6; ++p) EXPECT_NEAR(255 * trial.inputs(p % pixels, p / pixels), first_pixel(trial) + p, 1e-12);
  }
}

TEST_F(SequentialMnist, training_draws_every_training_image_with_its_label) {
  const auto task = make();
  std::map<int, int> counts;
  for (std::uint64_t i = 0; i < 1800; ++i) {
    const Trial trial = training_trial(*task, i);
    const int image = first_pixel(trial) / 10;
    ++counts[image];
    EXPECT_EQ(trial.classes.back(), image % 3);
    EXPECT_EQ(trial.condition, image % 3);
  }
  ASSERT_EQ(counts.size(), 9U);
  for (const auto& [image, count] : counts) EXPECT_NEAR(count, 200, 4 * std::sqrt(200 * 8 / 9.0)) << image;
}

TEST_F(SequentialMnist, evaluation_shows_test_images_of_the_label) {
  const auto task = make("pixels=3,repeats=7");
  EXPECT_EQ(task->info().conditions, (std::vector<std::string>{"label=0", "label=1", "label=2"}));
  EXPECT_EQ(task->info().n_repeats, 7);
  for (int label = 0; label < 3; ++label) {
    std::set<int> images;
    for (std::uint64_t repeat = 0; repeat < 30; ++repeat) {
      const Trial trial = evaluation_trial(*task, label, repeat);
      images.insert((first_pixel(trial) - 100) / 10);
      EXPECT_EQ(trial.classes.back(), label);
    }
    EXPECT_EQ(images, (std::set<int>{label, label + 3}));
  }
}

TEST_F(SequentialMnist, counts_at_the_last_step_only) {
  const Trial trial = training_trial(*make("pixels=1"), 0);
  EXPECT_EQ(trial.mask.sum(), 1);
  EXPECT_EQ(trial.mask(0, 5), 1);
}

TEST_F(SequentialMnist, permutations_are_the_same_for_all_images_and_keep_every_pixel) {
  const auto plain = make("pixels=1"), one = make("pixels=1,permutation=1"), two = make("pixels=1,permutation=2");
  std::set<std::vector<long>> orders;
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Trial original = training_trial(*plain, i), shuffled = training_trial(*one, i);
    std::vector<long> order;
    for (Index p = 0; p < 6; ++p) order.push_back(std::lround(255 * (shuffled.inputs(0, p) - original.inputs(0, 0))));
    orders.insert(order);
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector<long>{0, 1, 2, 3, 4, 5}));
  }
  EXPECT_EQ(orders.size(), 1U);
  EXPECT_NE(*orders.begin(), (std::vector<long>{0, 1, 2, 3, 4, 5}));
  EXPECT_NE(training_trial(*one, 0).inputs, training_trial(*two, 0).inputs);
}

TEST_F(SequentialMnist, fingerprint_follows_the_data) {
  const std::string fingerprint = make()->info().fingerprint;
  EXPECT_EQ(fingerprint, make("pixels=2")->info().fingerprint);
  write("t10k-labels-idx1-ubyte", idx_bytes({6}, std::string{0, 1, 2, 2, 1, 0}));
  EXPECT_NE(make()->info().fingerprint, fingerprint);
}

TEST_F(SequentialMnist, what_is_wrong_is_told) {
  EXPECT_THAT(user_error([] { tasks().make("sequential_mnist"); }), HasSubstr("sequential_mnist has no images"));
  EXPECT_THAT(message("pixels=4"), HasSubstr("pixels=4 is not possible for sequential_mnist (images of 2 x 3"));
  write("t10k-labels-idx1-ubyte", idx_bytes({6}, {0, 1, 2, 3, 1, 0}));
  EXPECT_THAT(message(), HasSubstr("test label 3 never occurs in training"));
  write("t10k-labels-idx1-ubyte", idx_bytes({6}, {0, 1, 1, 0, 1, 0}));
  EXPECT_THAT(message(), HasSubstr("label 2 has no test image"));
  write("t10k-labels-idx1-ubyte", idx_bytes({5}, {0, 1, 2, 0, 1}));
  EXPECT_THAT(message(), HasSubstr("the test set has 6 images and 5 labels"));
  write("t10k-images-idx3-ubyte", idx_bytes({1, 3, 2}, "abcdef"));
  write("t10k-labels-idx1-ubyte", idx_bytes({1}, {0}));
  EXPECT_THAT(message(), HasSubstr("training and test images differ in size"));
  std::filesystem::remove(directory_.path("train-labels-idx1-ubyte"));
  EXPECT_THAT(message(), HasSubstr("has neither train-labels-idx1-ubyte nor train-labels-idx1-ubyte.gz"));
}

}  // namespace
}  // namespace cohort::test
