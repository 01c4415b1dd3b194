#include <cohort/recordings/fortran_order.hpp>

#include <cohort/core/errors.hpp>

#include <utility>

namespace cohort {

NpyArray from_fortran_order(NpyArray array) {
  std::size_t n = 1;
  for (const std::size_t extent : array.shape) n *= extent;
  expects(n == array.values.size(), "as many values as the shape of the array says");
  std::vector<double> values(n);
  std::vector<std::size_t> index(array.shape.size(), 0);
  for (std::size_t item = 0; item < n; ++item) {
    std::size_t position = 0;
    for (std::size_t axis = 0; axis < index.size(); ++axis) position = position * array.shape[axis] + index[axis];
    values[position] = array.values[item];
    for (std::size_t axis = 0; axis < index.size() && ++index[axis] == array.shape[axis]; ++axis) index[axis] = 0;
  }
  array.values = std::move(values);
  return array;
}

}  // namespace cohort
