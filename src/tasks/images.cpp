#include <cohort/tasks/images.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/random_order.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace cohort {
namespace {

const std::vector<std::string> kOrders{"shuffled", "file", "drawn"};  // in the order of Images::Order

LossKind loss_from(const std::string& name) {
  for (const LossKind loss : {LossKind::sigmoid_cross_entropy, LossKind::class_squared_error})
    if (name == loss_name(loss)) return loss;
  return LossKind::cross_entropy;
}

}  // namespace

Description Images::description() {
  Description d;
  d.name = "images";
  d.summary = "name the class of a still image from IDX files (MNIST, Fashion-MNIST, EMNIST), in one step";
  d.equation = "class = label of the image; cross-entropy, or another loss of classes";
  d.reference = "LeCun et al. 1998, doi:10.1109/5.726791 (MNIST)";
  d.parameters = image_folder_parameters();
  d.parameters.insert(
      d.parameters.end(),
      {ParameterInfo::flag("centre", false, "take the mean training image off every image"),
       ParameterInfo::integer("per_class", 0, 0, 1'000'000'000, "images", "to train on, of each label; 0: all"),
       ParameterInfo::choice("order", "shuffled", kOrders,
                             "each training image once per epoch in a random order or that of the file, or drawn"),
       ParameterInfo::integer("images", 50, 0, 1'000'000'000, "images", "test images of each label; 0: all"),
       ParameterInfo::choice("conditions", "images", {"images", "labels"}, "what has a row in representations"),
       ParameterInfo::choice("loss", "cross_entropy", {"cross_entropy", "sigmoid_cross_entropy", "class_squared_error"},
                             "of softmax, of sigmoids, or half the squared distance to 1 for the class and 0 else")});
  return d;
}

Images::Images(const Parameters& parameters)
    : average_(static_cast<std::size_t>(parameters.integer("average"))),
      order_(
          static_cast<Order>(std::find(kOrders.begin(), kOrders.end(), parameters.text("order")) - kOrders.begin())) {
  ImageFolder images = image_folder_from(parameters);
  training_ = std::move(images.training);
  test_ = std::move(images.test);
  n_labels_ = images.n_labels;
  info_.fingerprint = images.fingerprint;
  choose_training(parameters.integer("per_class"));
  choose_test(parameters.integer("images"), parameters.text("conditions") == "labels");
  describe(parameters);
  if (!parameters.flag("centre")) return;
  VectorXd pixels(info_.n_inputs), sum = VectorXd::Zero(info_.n_inputs);
  for (const std::size_t image : chosen_) {
    write_pixels(training_, image, pixels.data());
    sum += pixels;
  }
  mean_ = sum / static_cast<double>(chosen_.size());
}

void Images::choose_training(Index per_class) {
  const auto of_label = training_.by_label(n_labels_);
  for (std::size_t label = 0; label < n_labels_; ++label) {
    const auto& own = of_label[label];
    const auto n = per_class == 0 ? own.size() : static_cast<std::size_t>(per_class);
    if (own.empty() || own.size() < n)
      throw UserError(fmt::format("label {} has {} training images", label, own.size()),
                      own.empty() ? "every label up to the largest needs one" : fmt::format("per_class={}", per_class));
    chosen_.insert(chosen_.end(), own.begin(), own.begin() + static_cast<std::ptrdiff_t>(n));
  }
  std::sort(chosen_.begin(), chosen_.end());
}

void Images::choose_test(Index n_images, bool by_label) {
  const auto of_label = test_.by_label(n_labels_);
  for (std::size_t label = 0; label < n_labels_; ++label) {
    std::vector<std::size_t> own = of_label[label];
    if (own.empty() || own.size() < static_cast<std::size_t>(n_images))
      throw UserError(fmt::format("label {} has {} test images", label, own.size()),
                      own.empty() ? "every label needs one" : fmt::format("images={}", n_images));
    if (n_images > 0) own.resize(static_cast<std::size_t>(n_images));
    if (by_label) {
      info_.conditions.push_back(fmt::format("label={}", label));
      info_.repeats.push_back(static_cast<Index>(own.size()));
      test_of_condition_.push_back(std::move(own));
      continue;
    }
    for (const std::size_t image : own) {
      info_.conditions.push_back(fmt::format("label={} image={}", label, image));
      test_of_condition_.push_back({image});
    }
  }
}

void Images::describe(const Parameters& parameters) {
  info_.n_inputs = static_cast<Index>(training_.n_pixels() / (average_ * average_));
  info_.n_outputs = static_cast<Index>(n_labels_);
  info_.input_names = numbered_names("pixel", info_.n_inputs);
  info_.output_names = label_names(n_labels_);
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = 1;
  info_.dt_ms = 1;
  info_.loss = loss_from(parameters.text("loss"));
  info_.contexts = {{"blank", VectorXd::Zero(info_.n_inputs)}};
  if (order_ != Order::drawn) info_.n_training_trials = static_cast<Index>(chosen_.size());
}

void Images::training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const {
  const std::uint64_t place = order_ == Order::file ? index % chosen_.size() : stream.integer(chosen_.size());
  show(training_, chosen_[place], trial);
}

void Images::ordered_training_trial(const RandomStream& all, std::uint64_t index, RandomStream& stream,
                                    Trial& trial) const {
  if (order_ != Order::shuffled) return training_trial(index, stream, trial);
  const std::uint64_t epoch = index / chosen_.size(), place = index % chosen_.size();
  // Trials have the substreams from 0 on; the orders of epochs have them from the other end.
  const RandomOrder order(all.substream(std::numeric_limits<std::uint64_t>::max() - epoch), chosen_.size());
  show(training_, chosen_[order.at(place)], trial);
}

void Images::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  const auto& own = test_of_condition_.at(static_cast<std::size_t>(condition));
  repeated_evaluation_trial(condition, static_cast<Index>(stream.integer(own.size())), stream, trial);
}

void Images::repeated_evaluation_trial(int condition, Index repeat, RandomStream&, Trial& trial) const {
  show(test_, test_of_condition_.at(static_cast<std::size_t>(condition)).at(static_cast<std::size_t>(repeat)), trial);
  trial.condition = condition;
}

void Images::write_pixels(const ImageSet& set, std::size_t image, double* pixels) const {
  const std::size_t width = set.images.shape[2], n_across = width / average_, n_down = set.images.shape[1] / average_;
  const double scale = 1 / (255.0 * static_cast<double>(average_ * average_));
  const std::uint8_t* const bytes = set.image(image);
  for (std::size_t row = 0; row < n_down; ++row)
    for (std::size_t column = 0; column < n_across; ++column) {
      unsigned sum = 0;
      for (std::size_t i = 0; i < average_; ++i)
        for (std::size_t j = 0; j < average_; ++j) sum += bytes[(row * average_ + i) * width + column * average_ + j];
      pixels[row * n_across + column] = scale * sum;
    }
}

void Images::show(const ImageSet& set, std::size_t image, Trial& trial) const {
  trial.reset(info_, 1);
  trial.classes[0] = static_cast<int>(set.label(image));
  trial.condition = trial.classes[0];
  write_pixels(set, image, trial.inputs.data());
  if (mean_.size() > 0) trial.inputs.col(0) -= mean_;
}

}  // namespace cohort
