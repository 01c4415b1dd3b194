#include <cohort/learning/training_options.hpp>

#include <cohort/core/dataset_name.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {

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
