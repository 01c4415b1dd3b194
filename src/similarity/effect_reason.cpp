#include <cohort/similarity/effect_reason.hpp>

#include <algorithm>

namespace cohort {

const std::vector<std::string>& effect_reason_names() {
  static const std::vector<std::string> names{
      "unknown",   "computed",      "nothing_missing",     "no_complete_subdesign", "not_at_this_level",
      "no_values", "does_not_vary", "undefined_distances", "fewer_than_3_seeds",    "incomplete_seeds",
      "undefined"};
  return names;
}

std::string reason_of(EffectReason reason) {
  switch (reason) {
    case EffectReason::no_complete_subdesign:
      return "no two levels of a factor have three seeds with nothing missing";
    case EffectReason::no_values:
      return "no run has it";
    case EffectReason::undefined_distances:
      return "some distances between runs are undefined";
    case EffectReason::incomplete_seeds:
      return "not enough complete seeds";
    case EffectReason::undefined:
      return "too few runs";
    default:
      break;
  }
  std::string text = effect_reason_names()[static_cast<std::size_t>(reason)];
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

}  // namespace cohort
