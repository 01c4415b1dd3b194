#pragma once

#include <cohort/network/parameter_set.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cohort {

/// Some of the blocks of a network's parameters, one behind the other.
class ParameterSubset {
 public:
  /// `which` is "all", "recurrent" (every recurrent matrix, or the factors it is made of) or the name of a block.
  /// Throws UserError when the network has no such parameters.
  ParameterSubset(const ParameterLayout& layout, const std::string& which);

  Index size() const { return size_; }
  /// Its part of a vector over all parameters, [size].
  VectorXd part_of(const VectorXd& all) const;
  /// Adds `part` times `factor` to its place among all parameters.
  void add(const VectorXd& part, double factor, VectorXd& all) const;

 private:
  std::vector<std::pair<Index, Index>> segments_;  ///< offset and size
  Index size_ = 0;
};

}  // namespace cohort
