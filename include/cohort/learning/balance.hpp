#pragma once

#include <cmath>

namespace cohort {

/// √(a/b): the factor that makes b · factor and a / factor equally long; 1 where one of them is zero, or so small that
/// the quotient is no number.
template <class Scalar>
Scalar balance(Scalar a, Scalar b) {
  const Scalar factor = std::sqrt(a / b);
  return std::isnormal(factor) ? factor : Scalar{1};
}

}  // namespace cohort
