#include <cohort/learning/training_options.hpp>

#include <cohort/core/dataset_name.hpp>
#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {

const std::vector<std::string>& rate_penalty_per_names() {
  static const std::vector<std::string> names{"batch", "trial"};  // in the order of RatePenaltyPer
  return names;
}

RatePenaltyPer rate_penalty_per_from(std::string_view name) {
  const auto& names = rate_penalty_per_names();
  const auto found = std::find(names.begin(), names.end(), name);
  expects(found != names.end(), "whose rate the rate penalty looks at");
  return static_cast<RatePenaltyPer>(found - names.begin());
}

bool AlignmentPlan::watches(Index update) const {
  return (every > 0 && update % every == 0) || std::count(at.begin(), at.end(), update) > 0;
}

std::string AlignmentPlan::cosine_curve(const std::string& rule) { return "alignment/" + dataset_name(rule); }

std::string AlignmentPlan::ratio_curve(const std::string& rule) {
  return "alignment/" + dataset_name(rule) + "_norm_ratio";
}

std::vector<std::string> SnapshotPlan::labels() const {
  std::vector<std::string> result;
  for (const Index update : at_updates) result.push_back(fmt::format("update={}", update));
  for (const double level : at_error) result.push_back(fmt::format("error<={}", level));
  for (const double level : at_accuracy) result.push_back(fmt::format("accuracy>={}", level));
  result.push_back("final");
  return result;
}

}  // namespace cohort
