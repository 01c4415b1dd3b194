#pragma once

#include <cohort/similarity/effects.hpp>
#include <cohort/similarity/factorial_labels.hpp>
#include <cohort/similarity/run_classes.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// A main effect, or an interaction of two factors. The number of factors stands for the block.
struct DesignTerm {
  std::string name{};
  std::vector<std::size_t> factors{};  ///< ascending

  bool is_interaction() const { return factors.size() > 1; }
  /// Whether `other` is this term or one of its parts.
  bool contains(const DesignTerm& other) const;
};

/// The terms of a model: main effects in the order of the factors, the block, then interactions in the order of these.
std::vector<DesignTerm> terms_of(const FactorialLabels& labels, EffectModel model);

/// One class per level, or per pair of levels with the second factor's the faster.
RunClasses classes_of(const FactorialLabels& labels, const std::vector<std::size_t>& factors);

/// One class per combination of levels that occurs, in the order of the runs: for any number of factors.
RunClasses occurring_classes_of(const FactorialLabels& labels, const std::vector<std::size_t>& factors);

}  // namespace cohort
