#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/image_folder.hpp>
#include <cohort/tasks/task.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Learn some classes of images from few of each, shown one at a time with their class, then name others (few-shot
/// learning as in Shervani-Tabar & Rosenbaum 2023). A trial is an episode: `ways` classes are drawn with replacement,
/// `shots` images of each are taught in random order, then `queries` images of each are asked for, class after class.
///
/// Inputs of a step: the pixels, 0..1, then one per class of all there are, 1 for the class that is taught and all 0
/// for a query. The loss is the cross-entropy of the queries over all classes; the performance the share of queries
/// whose class has the largest output. Training episodes are made of the training images of an ImageFolder, those of
/// evaluation of the test images.
///
/// `classes=symmetries` makes 47 classes of ten digits, a stand-in for EMNIST's: each digit as it is, turned by 90°,
/// mirrored, and both (class 4 d + 0 .. 3), and 2 3 4 5 6 7 9 turned by 180° (classes 40 .. 46).
class Episodes final : public Task {
 public:
  static Description description();
  explicit Episodes(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override;
  double chance() const override { return 1 / static_cast<double>(ways_); }

 private:
  /// A label and how its images are turned.
  struct ImageClass {
    std::size_t label;
    int quarter_turns;
    bool is_mirrored;
  };
  using ByLabel = std::vector<std::vector<std::size_t>>;

  void make_classes(bool with_symmetries, std::size_t n_labels);
  void describe();
  void expect_enough(const ByLabel& images, const std::string& set) const;
  void make_episode(const ImageSet& set, const ByLabel& by_label, RandomStream& stream, Trial& trial) const;
  void write_image(const ImageSet& set, std::size_t image, const ImageClass& as, double* pixels) const;

  ImageSet training_, test_;
  ByLabel training_of_label_, test_of_label_;
  std::vector<ImageClass> classes_;
  std::size_t ways_, shots_, queries_, average_;
  TaskInfo info_;
};

}  // namespace cohort
