#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/stop_request.hpp>

#include <cstddef>
#include <functional>
#include <span>

namespace cohort {

/// Two matrices of as many rows.
struct MatrixPair {
  const MatrixXd* a;
  const MatrixXd* b;
};

/// aᵀb, a block of a larger matrix.
using ProductBlock = Eigen::Ref<const MatrixXd, 0, Eigen::OuterStride<>>;

/// Calls `use(index, aᵀb)` for every pair, in any order, asking `stop` between some of them.
///
/// Matrices that stand in many pairs are laid side by side, so that a few large products serve all. Every entry is one
/// sum in the order of the rows, with fused multiply-add: its bits depend on its two columns alone, not on what lies
/// beside them, nor on which of the two is `a`. Memory: the narrow matrices once more, and some megabytes.
void for_each_product(std::span<const MatrixPair> pairs, const StopCheck& stop,
                      const std::function<void(std::size_t index, const ProductBlock& product)>& use);

/// The same of one pair.
MatrixXd cross_product(const MatrixXd& a, const MatrixXd& b);

}  // namespace cohort
