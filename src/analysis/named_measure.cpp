#include <cohort/analysis/named_measure.hpp>

#include <cohort/core/dataset_name.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/similarity/measures.hpp>

#include <fmt/format.h>

namespace cohort {
namespace {

std::uint64_t version_of(const std::string& variant) {
  const Catalogue& catalogue = measures().catalogue();
  return hash64(catalogue.versioned(catalogue.parse(variant)));
}

}  // namespace

NamedMeasure::NamedMeasure(const std::string& variant)
    : NamedMeasure(variant, measures().make(measure_at_layer(variant).measure),
                   version_of(measure_at_layer(variant).measure)) {
  layer_ = measure_at_layer(variant).layer;
  if (layer_) version_ = hash64(fmt::format("layer {}", *layer_), version_);
}

std::string NamedMeasure::name_without_layer() const {
  return "similarity/" + dataset_name(measure_at_layer(variant_).measure);
}

NamedMeasure::NamedMeasure(std::string variant, std::shared_ptr<const Measure> measure, std::uint64_t version)
    : variant_(std::move(variant)),
      name_("similarity/" + dataset_name(variant_)),
      measure_(std::move(measure)),
      version_(version) {}

NamedMeasure NamedMeasure::with_tolerance(double tolerance) const {
  NamedMeasure result = *this;
  if (tolerance == 0 || !measure_->cut_bound(tolerance)) return result;
  result.tolerance_ = tolerance;
  result.version_ = hash64(fmt::format("tolerance {}", tolerance), version_);
  return result;
}

DatasetInfo NamedMeasure::dataset(const std::string& path, ValueType type, std::vector<std::string> dimensions,
                                  const std::string& long_name) const {
  const MeasureTraits& traits = measure_->traits();
  DatasetInfo info{path, type, std::move(dimensions), traits.units, fmt::format("{}: {}", variant_, long_name)};
  info.attributes = {
      {"measure", variant_}, {"formula", traits.formula}, {"normalization", "normalized = " + traits.normalization}};
  if (tolerance_ > 0) {
    info.attributes["tolerance"] = fmt::format("{}", tolerance_);
    info.attributes["bound"] = to_text(measure_->cut_bound(tolerance_).value());
  }
  return info;
}

DatasetInfo NamedMeasure::reasons(const std::string& path, std::vector<std::string> dimensions) const {
  DatasetInfo info{path + "_reason", ValueType::u8, std::move(dimensions), "1",
                   fmt::format("{}: why the pair has no value", variant_)};
  info.flag_meanings = comparability_names();
  info.attributes = {{"measure", variant_}};
  return info;
}

DatasetInfo NamedMeasure::normalized_dataset(const std::string& path, std::vector<std::string> dimensions,
                                             const std::string& long_name) const {
  DatasetInfo info{path, ValueType::f64, std::move(dimensions), "1",
                   fmt::format("{}: {}, normalized", variant_, long_name)};
  info.attributes = {{"measure", variant_}};
  return info;
}

}  // namespace cohort
