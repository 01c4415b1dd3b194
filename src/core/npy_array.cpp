#include <cohort/core/npy_array.hpp>
