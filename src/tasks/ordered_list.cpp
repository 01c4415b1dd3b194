#include <cohort/tasks/ordered_list.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace cohort {

std::vector<double> ordered_list(const Parameters& parameters, std::string_view name, ListOrder order) {
  std::vector<double> numbers = parameters.list(name);
  const bool rises = order == ListOrder::rising;
  // Two neighbours of which the first is not the smaller (larger) one.
  const auto wrong = rises ? std::adjacent_find(numbers.begin(), numbers.end(), std::greater_equal<>())
                           : std::adjacent_find(numbers.begin(), numbers.end(), std::less_equal<>());
  if (wrong != numbers.end())
    throw UserError(fmt::format("{}={} is not possible for {}", name, parameters.text(name), parameters.name()),
                    fmt::format("{} after {}", wrong[1], wrong[0]),
                    fmt::format("Give each number once, the {} first.", rises ? "smallest" : "largest"));
  return numbers;
}

}  // namespace cohort
