#pragma once

#include <cohort/similarity/measure.hpp>
#include <cohort/store/schema.hpp>
#include <cohort/study/layer_choice.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace cohort {

/// A measure as a study names it, and what analyses call that in the results file.
class NamedMeasure {
 public:
  /// `variant` of the table of measures, of all units or at a layer, see at_layer. Throws UserError.
  explicit NamedMeasure(const std::string& variant);
  /// One that need not be in the table. `version` stands for everything its values depend on.
  NamedMeasure(std::string variant, std::shared_ptr<const Measure> measure, std::uint64_t version);

  /// The same between representations that are cut at this share of their norm (see cut_representation.hpp), of a
  /// measure that is bounded then; 0, and of others, the same as it is.
  NamedMeasure with_tolerance(double tolerance) const;
  /// At which representations are cut for it, 0: not at all.
  double tolerance() const { return tolerance_; }

  const Measure& operator*() const { return *measure_; }
  const Measure* operator->() const { return measure_.get(); }

  /// The layer by which networks are compared; none: by all their units.
  std::optional<LayerChoice> layer() const { return layer_; }
  /// The name of the same by all units: what belongs to a recording alone.
  std::string name_without_layer() const;

  /// As the study has it.
  const std::string& variant() const { return variant_; }
  /// "similarity/procrustes_distance_chordal"
  const std::string& name() const { return name_; }
  /// Hash of what its values depend on beside the data.
  std::uint64_t version() const { return version_; }

  /// A dataset of its distances. Its attributes say which measure it is, its formula, and how to normalize; with a
  /// tolerance also that, and how far a distance can be from that of whole representations.
  DatasetInfo dataset(const std::string& path, ValueType type, std::vector<std::string> dimensions,
                      const std::string& long_name) const;
  /// The same of numbers that are normalized already.
  DatasetInfo normalized_dataset(const std::string& path, std::vector<std::string> dimensions,
                                 const std::string& long_name) const;
  /// Why a pair has no value, of a measure that has_reasons; beside the dataset at `path`.
  DatasetInfo reasons(const std::string& path, std::vector<std::string> dimensions) const;

 private:
  std::string variant_, name_;
  std::shared_ptr<const Measure> measure_;
  std::uint64_t version_;
  double tolerance_ = 0;
  std::optional<LayerChoice> layer_{};
};

}  // namespace cohort
