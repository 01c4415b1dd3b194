#include <cohort/study/pair_choice.hpp>

#include <fmt/format.h>

namespace cohort {

std::string to_text(const PairChoice& choice) {
  if (choice.kind == PairChoice::Kind::sample) return fmt::format("sample:{}", choice.n);
  return choice.is_all() ? "true" : "false";
}

}  // namespace cohort
