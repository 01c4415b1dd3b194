#include <cohort/core/dataset_name.hpp>

namespace cohort {

std::string dataset_name(std::string variant) {
  for (char& c : variant)
    if (c == '/' || c == '=' || c == ',') c = '_';
  return variant;
}

}  // namespace cohort
