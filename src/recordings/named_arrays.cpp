#include <cohort/recordings/named_arrays.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cohort {
namespace {

const char* const kUsual = "activity";

/// "a, b, c": the first few.
std::string few(const std::vector<std::string>& names) {
  constexpr std::size_t most = 8;
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{}, ... ({} in all)", fmt::join(names.begin(), names.begin() + most, ", "), names.size());
}

std::string chosen(const NamedArrays& arrays, const std::string& file, const std::string& inside) {
  const std::vector<std::string> names = arrays.names();
  const auto has = [&](const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  if (!inside.empty()) {
    if (has(inside)) return inside;
    throw UserError(fmt::format("has no array '{}' of two dimensions or more", inside),
                    names.empty() ? "it has none" : "it has: " + few(names), did_you_mean(inside, names), {file});
  }
  if (has(kUsual)) return kUsual;
  if (names.size() == 1) return names.front();
  if (names.empty()) throw UserError("holds no recording", "no array has two dimensions or more", "", {file});
  throw UserError(fmt::format("holds {} arrays", names.size()),
                  fmt::format("{}; none is called {}", few(names), kUsual),
                  fmt::format("Say which: {}/{}", file, names.front()), {file});
}

/// Where the lists beside `array` are: `trials/rates` has `trials/axes`.
std::string beside(const std::string& array, const std::string& name) {
  const auto slash = array.rfind('/');
  return slash == std::string::npos ? name : array.substr(0, slash + 1) + name;
}

}  // namespace

RecordedArray recording_in(const NamedArrays& arrays, const std::string& file, const std::string& inside) {
  const std::string name = chosen(arrays, file, inside);
  return {arrays.read(name), arrays.texts(beside(name, "axes")), arrays.texts(beside(name, "conditions"))};
}

}  // namespace cohort
