#pragma once

#include <cohort/recordings/npy_array.hpp>

namespace cohort {

/// The same array whose `values` stand first index fastest, as in MATLAB and Fortran, in C order.
NpyArray from_fortran_order(NpyArray array);

}  // namespace cohort
