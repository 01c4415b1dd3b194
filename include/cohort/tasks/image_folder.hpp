#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/idx_file.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

/// Images with their labels, as one pair of IDX files has them.
struct ImageSet {
  IdxFile images;  ///< [n x height x width]
  IdxFile labels;  ///< [n]

  std::size_t n() const { return labels.values.size(); }
  std::size_t n_pixels() const { return images.shape[1] * images.shape[2]; }
  const std::uint8_t* image(std::size_t i) const { return images.values.data() + i * n_pixels(); }
  std::size_t label(std::size_t i) const { return labels.values[i]; }

  /// Which images have each label from 0 to n_labels - 1, in the order of the file.
  std::vector<std::vector<std::size_t>> by_label(std::size_t n_labels) const;
};

/// A training and a test set of labelled images of one size.
struct ImageFolder {
  ImageSet training, test;
  std::size_t n_labels = 0;  ///< one more than the largest label of training
  std::string fingerprint;   ///< hash of all four files
};

/// Reads the four IDX files of MNIST from `folder`, each as it is or as .gz: train-images-idx3-ubyte,
/// train-labels-idx1-ubyte, and for the test set t10k-... or test-..., all after `prefix`
/// ("emnist-balanced-"). Throws UserError naming the file that is missing, truncated or damaged, numbers of images and
/// labels or sizes that disagree, and a test label that never occurs in training.
ImageFolder read_image_folder(const std::string& folder, const std::string& prefix = "");

/// The parameter `folder` of a task that shows its images. Throws UserError when the user gave none.
const std::string& image_folder_path(const Parameters& parameters);

/// "folder", "prefix" and "average": what a task asks for whose images may be averaged.
std::vector<ParameterInfo> image_folder_parameters();

/// The images that these name. Throws UserError as read_image_folder does, and when images do not divide into squares
/// of `average`.
ImageFolder image_folder_from(const Parameters& parameters);

/// "label=0", "label=1", ...
std::vector<std::string> label_names(std::size_t n_labels);

}  // namespace cohort
