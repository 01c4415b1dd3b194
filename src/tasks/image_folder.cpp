#include <cohort/tasks/image_folder.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/file_answers.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace cohort {
namespace {

bool is_there(const std::string& path) { return path_exists(path) || path_exists(path + ".gz"); }

/// The file of that name in `folder`, as it is or compressed.
IdxFile read_part(const std::string& folder, const std::string& name, std::size_t n_dimensions) {
  const std::string path = folder + "/" + name;
  if (!is_there(path))
    throw UserError(fmt::format("{} has neither {} nor {}.gz", folder, name, name),
                    "the four IDX files of MNIST are needed");
  return read_idx(path_exists(path) ? path : path + ".gz", n_dimensions);
}

void expect_as_many(const ImageSet& set, const std::string& name) {
  if (set.images.shape[0] != set.labels.shape[0])
    throw UserError(
        fmt::format("the {} set has {} images and {} labels", name, set.images.shape[0], set.labels.shape[0]));
}

}  // namespace

std::vector<std::vector<std::size_t>> ImageSet::by_label(std::size_t n_labels) const {
  std::vector<std::vector<std::size_t>> result(n_labels);
  for (std::size_t i = 0; i < n(); ++i) result.at(label(i)).push_back(i);
  return result;
}

ImageFolder read_image_folder(const std::string& folder, const std::string& prefix) {
  const std::string t10k = prefix + "t10k", other = prefix + "test";
  const std::string& test = is_there(folder + "/" + other + "-images-idx3-ubyte") ? other : t10k;
  ImageFolder result;
  result.training = {read_part(folder, prefix + "train-images-idx3-ubyte", 3),
                     read_part(folder, prefix + "train-labels-idx1-ubyte", 1)};
  result.test = {read_part(folder, test + "-images-idx3-ubyte", 3), read_part(folder, test + "-labels-idx1-ubyte", 1)};
  expect_as_many(result.training, "training");
  expect_as_many(result.test, "test");
  const auto &own = result.training.images.shape, &shape = result.test.images.shape;
  if (own[1] != shape[1] || own[2] != shape[2])
    throw UserError(folder + ": training and test images differ in size",
                    fmt::format("{} x {} and {} x {}", own[1], own[2], shape[1], shape[2]));
  const auto& labels = result.training.labels.values;
  result.n_labels = 1U + *std::max_element(labels.begin(), labels.end());
  std::uint64_t digest = 0;
  for (const ImageSet* set : {&result.training, &result.test})
    for (const IdxFile* file : {&set->images, &set->labels})
      digest = hash64(std::as_bytes(std::span(file->values)), digest);
  result.fingerprint = fmt::format("{:016x}", digest);
  for (std::size_t i = 0; i < result.test.n(); ++i)
    if (result.test.label(i) >= result.n_labels)
      throw UserError(fmt::format("{}: test label {} never occurs in training", folder, result.test.label(i)));
  return result;
}

const std::string& image_folder_path(const Parameters& parameters) {
  const std::string& folder = parameters.text("folder");
  if (folder.empty())
    throw UserError(parameters.name() + " has no images", "they are not part of Cohort",
                    "Give folder=... with the four IDX files of MNIST.");
  return folder;
}

std::vector<ParameterInfo> image_folder_parameters() {
  return {ParameterInfo::path("folder",
                              "with train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
                              "t10k-labels-idx1-ubyte (or test-... for t10k-...), each as it is or as .gz"),
          ParameterInfo::text("prefix", "", "of the names of these files: emnist-balanced-"),
          ParameterInfo::integer("average", 1, 1, 1000, "pixels", "k: squares of k x k pixels become one, their mean")};
}

ImageFolder image_folder_from(const Parameters& parameters) {
  ImageFolder result = read_image_folder(image_folder_path(parameters), parameters.text("prefix"));
  const auto average = static_cast<std::size_t>(parameters.integer("average"));
  const auto& shape = result.training.images.shape;
  if (shape[1] % average != 0 || shape[2] % average != 0)
    throw UserError(fmt::format("average={} is not possible for {}", average, parameters.name()),
                    fmt::format("images of {} x {} do not divide into it", shape[1], shape[2]));
  return result;
}

std::vector<std::string> label_names(std::size_t n_labels) {
  std::vector<std::string> names;
  for (std::size_t label = 0; label < n_labels; ++label) names.push_back(fmt::format("label={}", label));
  return names;
}

}  // namespace cohort
