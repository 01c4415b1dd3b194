#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/image_folder.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

/// Name the class of a still image, shown whole in one step: what networks without time learn.
///
/// Images come from the IDX files of an ImageFolder, with values 0..1, averaged over squares of `average` x `average`
/// pixels, with `centre` minus the mean image of those trained on. `per_class` keeps the first images of each label.
///
/// `order=shuffled` shows each training image once per epoch, in an order of its own for every epoch and seed;
/// `file` as they lie in the file, `drawn` draws them with replacement. Evaluation shows the first `images` test images
/// of each label, class after class. Each is a condition of its own, so that a representation has one row per image;
/// with `conditions=labels` it is the mean over those of a label.
///
/// The loss is the cross-entropy of the softmax, or of sigmoids, or ½|y - onehot|², summed over the outputs.
class Images final : public Task {
 public:
  static Description description();
  explicit Images(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void ordered_training_trial(const RandomStream& all, std::uint64_t index, RandomStream& stream,
                              Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  void repeated_evaluation_trial(int condition, Index repeat, RandomStream& stream, Trial& trial) const override;

 private:
  enum class Order { shuffled, file, drawn };
  void choose_training(Index per_class);
  void choose_test(Index n_images, bool by_label);
  void describe(const Parameters& parameters);
  void write_pixels(const ImageSet& set, std::size_t image, double* pixels) const;
  void show(const ImageSet& set, std::size_t image, Trial& trial) const;

  ImageSet training_, test_;
  std::size_t n_labels_ = 0, average_ = 1;
  Order order_;
  std::vector<std::size_t> chosen_;                          ///< training images, in the order of the file
  std::vector<std::vector<std::size_t>> test_of_condition_;  ///< test images of each condition
  VectorXd mean_{};                                          ///< image, empty: not taken off
  TaskInfo info_;
};

}  // namespace cohort
