#include <cohort/dynamics/parameter_subset.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cohort {
namespace {

bool is_recurrent(ParameterRole role) {
  return role == ParameterRole::recurrent || role == ParameterRole::recurrent_left ||
         role == ParameterRole::recurrent_right;
}

}  // namespace

ParameterSubset::ParameterSubset(const ParameterLayout& layout, const std::string& which) {
  std::vector<std::string> names{"all", "recurrent"};
  for (const ParameterBlock& block : layout.blocks()) {
    names.push_back(block.name);
    if (which != "all" && which != block.name && !(which == "recurrent" && is_recurrent(block.role))) continue;
    segments_.emplace_back(block.offset, block.rows * block.cols);
    size_ += block.rows * block.cols;
  }
  if (size_ == 0)
    throw UserError(fmt::format("no parameters '{}'", which), fmt::format("known: {}", fmt::join(names, ", ")));
}

VectorXd ParameterSubset::part_of(const VectorXd& all) const {
  VectorXd part(size_);
  Index n = 0;
  for (const auto& [offset, size] : segments_) {
    part.segment(n, size) = all.segment(offset, size);
    n += size;
  }
  return part;
}

void ParameterSubset::add(const VectorXd& part, double factor, VectorXd& all) const {
  Index n = 0;
  for (const auto& [offset, size] : segments_) {
    all.segment(offset, size) += factor * part.segment(n, size);
    n += size;
  }
}

}  // namespace cohort
