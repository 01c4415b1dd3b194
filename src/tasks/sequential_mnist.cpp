#include <cohort/tasks/sequential_mnist.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/file_answers.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

namespace cohort {
namespace {

/// The file of that name in `folder`, as it is or compressed.
IdxFile read_part(const std::string& folder, const std::string& name, std::size_t n_dimensions) {
  const std::string path = folder + "/" + name;
  if (!path_exists(path) && !path_exists(path + ".gz"))
    throw UserError(fmt::format("{} has neither {} nor {}.gz", folder, name, name),
                    "the four IDX files of MNIST are needed");
  return read_idx(path_exists(path) ? path : path + ".gz", n_dimensions);
}

void expect_as_many(const IdxFile& images, const IdxFile& labels, const std::string& set) {
  if (images.shape[0] != labels.shape[0])
    throw UserError(fmt::format("the {} set has {} images and {} labels", set, images.shape[0], labels.shape[0]));
}

std::vector<std::uint32_t> pixel_order(std::size_t n_pixels, std::int64_t permutation) {
  std::vector<std::uint32_t> order(n_pixels);
  std::iota(order.begin(), order.end(), 0U);
  if (permutation == 0) return order;
  RandomStream stream("task", "pixel order", static_cast<std::uint64_t>(permutation));
  for (std::size_t i = n_pixels - 1; i > 0; --i) std::swap(order[i], order[stream.integer(i + 1)]);
  return order;
}

}  // namespace

Description SequentialMnist::description() {
  Description d;
  d.name = "sequential_mnist";
  d.summary = "classify images shown row by row or by some pixels at a time, from IDX files; 28 steps";
  d.equation = "class = label; cross-entropy at the last step";
  d.reference = "Le, Jaitly & Hinton 2015, arXiv:1504.00941; LeCun et al. 1998, doi:10.1109/5.726791 (MNIST)";
  d.parameters = {
      ParameterInfo::path("folder",
                          "with train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
                          "t10k-labels-idx1-ubyte, each as it is or as .gz"),
      ParameterInfo::integer("pixels", 28, 1, 1000000, "pixels", "shown at a step; must divide the image"),
      ParameterInfo::integer("permutation", 0, 0, 1'000'000'000, "1", "0: as they are; else which random order"),
      ParameterInfo::integer("repeats", 50, 1, 100000, "trials", "evaluation images of each label")};
  return d;
}

SequentialMnist::SequentialMnist(const Parameters& parameters) {
  const std::string folder = parameters.text("folder");
  if (folder.empty())
    throw UserError("sequential_mnist has no images", "they are not part of Cohort",
                    "Give folder=... with the four IDX files of MNIST.");
  images_ = read_part(folder, "train-images-idx3-ubyte", 3);
  labels_ = read_part(folder, "train-labels-idx1-ubyte", 1);
  test_images_ = read_part(folder, "t10k-images-idx3-ubyte", 3);
  IdxFile test_labels = read_part(folder, "t10k-labels-idx1-ubyte", 1);
  expect_as_many(images_, labels_, "training");
  expect_as_many(test_images_, test_labels, "test");
  if (images_.shape[1] != test_images_.shape[1] || images_.shape[2] != test_images_.shape[2])
    throw UserError(folder + ": training and test images differ in size");

  const std::size_t n_pixels = images_.shape[1] * images_.shape[2];
  const auto per_step = static_cast<std::size_t>(parameters.integer("pixels"));
  if (n_pixels % per_step != 0)
    throw UserError(fmt::format("pixels={} is not possible for sequential_mnist", per_step),
                    fmt::format("images of {} x {} do not divide into it", images_.shape[1], images_.shape[2]));
  order_ = pixel_order(n_pixels, parameters.integer("permutation"));

  const std::size_t n_labels = 1U + *std::max_element(labels_.values.begin(), labels_.values.end());
  test_of_label_.resize(n_labels);
  for (std::size_t i = 0; i < test_labels.values.size(); ++i) {
    if (test_labels.values[i] >= n_labels)
      throw UserError(fmt::format("{}: test label {} never occurs in training", folder, test_labels.values[i]));
    test_of_label_[test_labels.values[i]].push_back(i);
  }
  for (std::size_t label = 0; label < n_labels; ++label) {
    if (test_of_label_[label].empty()) throw UserError(fmt::format("{}: label {} has no test image", folder, label));
    info_.conditions.push_back(fmt::format("label={}", label));
  }
  info_.n_inputs = static_cast<Index>(per_step);
  info_.n_outputs = static_cast<Index>(n_labels);
  info_.input_names = numbered_names("pixel", info_.n_inputs);
  info_.output_names = info_.conditions;  // the labels
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = static_cast<Index>(n_pixels / per_step);
  info_.dt_ms = 1;
  info_.loss = LossKind::cross_entropy;
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"blank", VectorXd::Zero(info_.n_inputs)}};
  std::uint64_t digest = 0;
  for (const auto* values : {&images_.values, &labels_.values, &test_images_.values, &test_labels.values})
    digest = hash64(std::as_bytes(std::span(*values)), digest);
  info_.fingerprint = fmt::format("{:016x}", digest);
}

void SequentialMnist::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const std::size_t i = stream.integer(labels_.values.size());
  show(images_.values.data() + i * order_.size(), labels_.values[i], trial);
}

void SequentialMnist::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  const auto& candidates = test_of_label_.at(static_cast<std::size_t>(condition));
  show(test_images_.values.data() + candidates[stream.integer(candidates.size())] * order_.size(), condition, trial);
}

void SequentialMnist::show(const std::uint8_t* image, int label, Trial& trial) const {
  constexpr std::size_t cache_line = 64;  // a random image is in no cache: ask for all of it at once
  for (std::size_t i = 0; i < order_.size(); i += cache_line) __builtin_prefetch(image + i);
  trial.reset(info_, info_.n_steps);
  trial.condition = label;
  trial.classes.assign(trial.classes.size(), label);
  trial.mask.leftCols(info_.n_steps - 1).setZero();
  static const std::array<double, 256> intensities = [] {
    std::array<double, 256> result{};
    for (std::size_t value = 0; value < result.size(); ++value) result[value] = static_cast<double>(value) / 255;
    return result;
  }();
  double* const inputs = trial.inputs.data();  // steps are columns, so places follow each other in memory
  for (std::size_t i = 0; i < order_.size(); ++i) inputs[i] = intensities[image[order_[i]]];
}

}  // namespace cohort
