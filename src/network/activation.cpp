#include <cohort/network/activation.hpp>

#include <cohort/core/errors.hpp>

#include <algorithm>

namespace cohort {

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names{"linear", "relu", "retanh", "sigmoid", "softplus", "tanh"};
  return names;
}

Activation activation_from(std::string_view name) {
  const auto& names = activation_names();
  const auto found = std::find(names.begin(), names.end(), name);
  expects(found != names.end(), "a known activation");
  return static_cast<Activation>(found - names.begin());
}

double highest_rate(Activation activation) {
  const bool is_bounded =
      activation == Activation::retanh || activation == Activation::sigmoid || activation == Activation::tanh;
  return is_bounded ? 1 : 0;
}

}  // namespace cohort
