#include <cohort/core/dataset_name.hpp>
#include <cohort/core/hash.hpp>

#include <string_view>

namespace cohort {

std::string dataset_name(std::string variant) {
  constexpr std::string_view separators = "/=,", plain = "_-+.@[]()";
  bool is_plain = !variant.empty() && variant.front() != '.';
  std::string name;
  for (const char c : variant) {
    const bool is_word =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || plain.find(c) != plain.npos;
    is_plain = is_plain && (is_word || separators.find(c) != separators.npos);
    name += is_word ? c : '_';
  }
  return is_plain ? name : name + "_" + hash128_hex(variant).substr(0, 8);
}

}  // namespace cohort
