#pragma once

#include <cohort/core/matrix.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohort {

/// What a block of parameters does in the network. Initializations act on `recurrent` blocks; of a matrix of low rank,
/// `recurrent_left` · `recurrent_right`ᵀ, the second follows the first in the layout.
enum class ParameterRole {
  recurrent,
  recurrent_left,
  recurrent_right,
  input,
  bias,
  initial_state,
  readout,
  readout_bias
};

struct ParameterBlock {
  std::string name;  ///< as in the equations: "W", "W_in", "b", ...
  ParameterRole role;
  Index rows, cols, offset;
};

/// Names and shapes of all parameters of a network, laid one behind the other.
class ParameterLayout {
 public:
  void add(std::string name, ParameterRole role, Index rows, Index cols);

  const std::vector<ParameterBlock>& blocks() const { return blocks_; }
  const ParameterBlock& block(std::string_view name) const;
  Index size() const { return size_; }

 private:
  std::vector<ParameterBlock> blocks_;
  Index size_ = 0;
};

/// The parameters of a network (or their gradient, or an optimizer's moments): one flat vector with named blocks.
template <class Scalar>
struct ParameterSet {
  ParameterLayout layout;
  Vector<Scalar> values;  ///< [layout.size()]

  ParameterSet() = default;
  explicit ParameterSet(ParameterLayout named)
      : layout(std::move(named)), values(Vector<Scalar>::Zero(layout.size())) {}

  /// The block called `name`, [rows x cols], column-major.
  Eigen::Map<Matrix<Scalar>> block(std::string_view name) {
    const ParameterBlock& b = layout.block(name);
    return {values.data() + b.offset, b.rows, b.cols};
  }
  Eigen::Map<const Matrix<Scalar>> block(std::string_view name) const {
    const ParameterBlock& b = layout.block(name);
    return {values.data() + b.offset, b.rows, b.cols};
  }

  template <class Other>
  ParameterSet<Other> cast() const {
    ParameterSet<Other> result(layout);
    result.values = values.template cast<Other>();
    return result;
  }
};

}  // namespace cohort
