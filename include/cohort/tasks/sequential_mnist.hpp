#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/image_folder.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

/// Classify images shown piece by piece (Le, Jaitly & Hinton 2015, arXiv:1504.00941; row by row as in Liu et al. 2022).
///
/// Images come from IDX files in `folder`, named as MNIST's: train-images-idx3-ubyte, train-labels-idx1-ubyte,
/// t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each with or without .gz; other sets in this format
/// (Fashion-MNIST, ...) work alike. Each step shows the next `pixels` pixels, row by row, scaled to 0..1: 28 steps of
/// 28 inputs by default. With `permutation` above 0 the pixels of all images are put into one random order first,
/// chosen by that number. Class of every step: the label; cross-entropy at the last step.
///
/// Training trials are images drawn at random from the training set. Conditions are the labels; evaluation draws
/// `repeats` images of each from the test set, with replacement, so an image can come twice. There is no separate
/// validation set: where snapshots are taken at a level of accuracy, it is this one. Context for dynamics: a blank
/// image.
class SequentialMnist final : public Task {
 public:
  static Description description();
  explicit SequentialMnist(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  void show(const std::uint8_t* image, int label, Trial& trial) const;

  ImageSet training_, test_;
  std::vector<std::vector<std::size_t>> test_of_label_;  ///< which test images have a label
  std::vector<std::uint32_t> order_;                     ///< pixel shown at each place
  TaskInfo info_;
};

}  // namespace cohort
