#include <cohort/network/surrogate.hpp>

#include <cohort/core/errors.hpp>

#include <algorithm>

namespace cohort {

const std::vector<std::string>& surrogate_names() {
  static const std::vector<std::string> names{"fast_sigmoid", "gaussian", "piecewise_linear"};
  return names;
}

Surrogate surrogate_from(std::string_view name) {
  const auto& names = surrogate_names();
  const auto found = std::find(names.begin(), names.end(), name);
  expects(found != names.end(), "a known surrogate derivative");
  return static_cast<Surrogate>(found - names.begin());
}

}  // namespace cohort
