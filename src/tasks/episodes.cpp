#include <cohort/tasks/episodes.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/random_order.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace cohort {

Description Episodes::description() {
  Description d;
  d.name = "episodes";
  d.summary = "learn a few classes of images online, then name others of them; an episode of 300 steps";
  d.equation = "class = that of the image; cross-entropy over all classes at the queries";
  d.reference =
      "Shervani-Tabar & Rosenbaum 2023, doi:10.1038/s41467-023-37562-1; Vinyals et al. 2016, arXiv:1606.04080";
  d.parameters = image_folder_parameters();
  d.parameters.insert(d.parameters.end(),
                      {ParameterInfo::choice("classes", "labels", {"labels", "symmetries"},
                                             "those of the labels, or 47 made of ten by turns and mirrors"),
                       ParameterInfo::integer("ways", 5, 1, 1000, "1", "classes of an episode, drawn with replacement"),
                       ParameterInfo::integer("shots", 50, 1, 100000, "images", "taught, of each of them"),
                       ParameterInfo::integer("queries", 10, 1, 100000, "images", "asked for, of each of them"),
                       ParameterInfo::integer("episodes", 20, 1, 100000, "trials", "of evaluation")});
  return d;
}

Episodes::Episodes(const Parameters& parameters)
    : ways_(static_cast<std::size_t>(parameters.integer("ways"))),
      shots_(static_cast<std::size_t>(parameters.integer("shots"))),
      queries_(static_cast<std::size_t>(parameters.integer("queries"))),
      average_(static_cast<std::size_t>(parameters.integer("average"))) {
  ImageFolder images = image_folder_from(parameters);
  training_ = std::move(images.training);
  test_ = std::move(images.test);
  make_classes(parameters.text("classes") == "symmetries", images.n_labels);
  training_of_label_ = training_.by_label(images.n_labels);
  test_of_label_ = test_.by_label(images.n_labels);
  expect_enough(training_of_label_, "training");
  expect_enough(test_of_label_, "test");
  info_.fingerprint = images.fingerprint;
  info_.n_repeats = parameters.integer("episodes");
  describe();
}

void Episodes::make_classes(bool with_symmetries, std::size_t n_labels) {
  const auto& shape = training_.images.shape;
  for (std::size_t label = 0; label < n_labels; ++label) {
    classes_.push_back({label, 0, false});
    if (!with_symmetries) continue;
    classes_.push_back({label, 1, false});
    classes_.push_back({label, 0, true});
    classes_.push_back({label, 1, true});
  }
  if (with_symmetries) {
    constexpr std::size_t turned[] = {2, 3, 4, 5, 6, 7, 9};  // the others look the same upside down
    if (n_labels != 10 || shape[1] != shape[2])
      throw UserError(
          "classes=symmetries is not possible for episodes",
          fmt::format("ten labels of square images are needed, there are {} of {} x {}", n_labels, shape[1], shape[2]));
    for (const std::size_t label : turned) classes_.push_back({label, 2, false});
  }
  if (classes_.size() < ways_)
    throw UserError(fmt::format("ways={} is not possible for episodes", ways_),
                    fmt::format("there are {} classes", classes_.size()));
}

void Episodes::expect_enough(const ByLabel& images, const std::string& set) const {
  for (std::size_t label = 0; label < images.size(); ++label)
    if (images[label].size() < shots_ + queries_)
      throw UserError(fmt::format("label {} has {} {} images", label, images[label].size(), set),
                      fmt::format("an episode needs {} to teach and {} to ask for", shots_, queries_));
}

void Episodes::describe() {
  const auto n_pixels = static_cast<Index>(training_.n_pixels() / (average_ * average_));
  const auto n_classes = static_cast<Index>(classes_.size());
  info_.n_inputs = n_pixels + n_classes;
  info_.n_outputs = n_classes;
  info_.output_names = numbered_names("class", n_classes);
  info_.input_names = joined({numbered_names("pixel", n_pixels), numbered_names("taught class", n_classes)});
  info_.n_steps = info_.n_evaluation_steps = static_cast<Index>(ways_ * (shots_ + queries_));
  info_.first_sample_step = static_cast<Index>(ways_ * shots_);
  info_.n_sample_steps = static_cast<Index>(ways_ * queries_);
  info_.dt_ms = 1;
  info_.loss = LossKind::cross_entropy;
  info_.conditions = {"episode"};
  info_.contexts = {{"blank", VectorXd::Zero(info_.n_inputs)}};
}

void Episodes::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  make_episode(training_, training_of_label_, stream, trial);
}

void Episodes::evaluation_trial(int, RandomStream& stream, Trial& trial) const {
  make_episode(test_, test_of_label_, stream, trial);
}

void Episodes::make_episode(const ImageSet& set, const ByLabel& by_label, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  const std::size_t n_taught = ways_ * shots_;
  const Index n_pixels = info_.n_inputs - info_.n_outputs;
  const RandomOrder order(stream.substream(0), n_taught);
  for (std::size_t way = 0; way < ways_; ++way) {
    const std::size_t chosen = stream.integer(classes_.size());
    const std::vector<std::size_t>& own = by_label[classes_[chosen].label];
    const RandomOrder images(stream.substream(1 + way), own.size());
    for (std::size_t i = 0; i < shots_ + queries_; ++i) {
      const bool is_taught = i < shots_;
      const auto step =
          static_cast<Index>(is_taught ? order.at(way * shots_ + i) : n_taught + way * queries_ + i - shots_);
      write_image(set, own[images.at(i)], classes_[chosen], trial.inputs.col(step).data());
      trial.classes[static_cast<std::size_t>(step)] = static_cast<int>(chosen);
      trial.mask(0, step) = is_taught ? 0 : 1;
      if (is_taught) trial.inputs(n_pixels + static_cast<Index>(chosen), step) = 1;
    }
  }
}

void Episodes::write_image(const ImageSet& set, std::size_t image, const ImageClass& as, double* pixels) const {
  const std::size_t height = set.images.shape[1], width = set.images.shape[2], n_across = width / average_;
  const double scale = 1 / (255.0 * static_cast<double>(average_ * average_));
  std::fill_n(pixels, set.n_pixels() / (average_ * average_), 0.0);
  const std::uint8_t* bytes = set.image(image);
  for (std::size_t row = 0; row < height; ++row)
    for (std::size_t column = 0; column < width; ++column) {
      std::size_t r = row, c = as.is_mirrored ? width - 1 - column : column;
      for (int turn = 0; turn < as.quarter_turns; ++turn) std::tie(r, c) = std::pair(width - 1 - c, r);
      pixels[r / average_ * n_across + c / average_] += scale * *bytes++;
    }
}

double Episodes::performance(const Trial& trial, const MatrixXd& outputs) const {
  double right = 0, counted = 0;
  for (Index step = 0; step < outputs.cols(); ++step) {
    if (trial.mask(0, step) == 0) continue;
    Index chosen = 0;
    outputs.col(step).maxCoeff(&chosen);
    counted += 1;
    right += chosen == trial.classes[static_cast<std::size_t>(step)] ? 1 : 0;
  }
  return right / counted;
}

}  // namespace cohort
