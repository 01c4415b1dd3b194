#include <cohort/network/parameter_set.hpp>

#include <cohort/core/errors.hpp>

namespace cohort {

void ParameterLayout::add(std::string name, ParameterRole role, Index rows, Index cols) {
  blocks_.push_back({std::move(name), role, rows, cols, size_});
  size_ += rows * cols;
}

const ParameterBlock& ParameterLayout::block(std::string_view name) const {
  for (const auto& candidate : blocks_)
    if (candidate.name == name) return candidate;
  throw InternalError("no parameter block '" + std::string(name) + "'");
}

}  // namespace cohort
