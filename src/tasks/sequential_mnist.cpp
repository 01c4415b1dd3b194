#include <cohort/tasks/sequential_mnist.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace cohort {
namespace {

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
  const std::string& folder = image_folder_path(parameters);
  ImageFolder images = read_image_folder(folder);
  training_ = std::move(images.training);
  test_ = std::move(images.test);

  const std::size_t n_pixels = training_.n_pixels();
  const auto per_step = static_cast<std::size_t>(parameters.integer("pixels"));
  if (n_pixels % per_step != 0)
    throw UserError(
        fmt::format("pixels={} is not possible for sequential_mnist", per_step),
        fmt::format("images of {} x {} do not divide into it", training_.images.shape[1], training_.images.shape[2]));
  order_ = pixel_order(n_pixels, parameters.integer("permutation"));

  test_of_label_ = test_.by_label(images.n_labels);
  for (std::size_t label = 0; label < images.n_labels; ++label)
    if (test_of_label_[label].empty()) throw UserError(fmt::format("{}: label {} has no test image", folder, label));
  info_.conditions = label_names(images.n_labels);
  info_.n_inputs = static_cast<Index>(per_step);
  info_.n_outputs = static_cast<Index>(images.n_labels);
  info_.input_names = numbered_names("pixel", info_.n_inputs);
  info_.output_names = info_.conditions;  // the labels
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = static_cast<Index>(n_pixels / per_step);
  info_.dt_ms = 1;
  info_.loss = LossKind::cross_entropy;
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"blank", VectorXd::Zero(info_.n_inputs)}};
  info_.fingerprint = images.fingerprint;
}

void SequentialMnist::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const std::size_t i = stream.integer(training_.n());
  show(training_.image(i), static_cast<int>(training_.label(i)), trial);
}

void SequentialMnist::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  const auto& candidates = test_of_label_.at(static_cast<std::size_t>(condition));
  show(test_.image(candidates[stream.integer(candidates.size())]), condition, trial);
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
