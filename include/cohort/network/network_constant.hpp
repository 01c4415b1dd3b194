#pragma once

#include <cohort/core/matrix.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Something of a network that is drawn or set but never learned: a connection mask, the sign of each unit, a decay.
template <class Scalar>
struct NetworkConstant {
  std::string name;     ///< as in the equations: "alpha", "mask_W", "sign"
  std::string meaning;  ///< one line
  Matrix<Scalar> values;
};

/// What has to be known beside the parameters and the architecture's text to rebuild a network, in a fixed order.
template <class Scalar>
using NetworkConstants = std::vector<NetworkConstant<Scalar>>;

/// One of Network::constants() without its values.
struct ConstantShape {
  std::string name, meaning;
  Index rows = 0, cols = 0;
};

}  // namespace cohort
