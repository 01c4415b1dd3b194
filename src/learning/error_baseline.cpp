#include <cohort/learning/error_baseline.hpp>

namespace cohort {

void ErrorBaseline::visit_state(StateVisitor& visitor) {
  std::vector<std::int64_t> conditions;
  VectorXd means(static_cast<Index>(means_.size()));
  for (const auto& [condition, mean] : means_) {
    means[static_cast<Index>(conditions.size())] = mean;
    conditions.push_back(condition);
  }
  visitor.visit("conditions", conditions);
  visitor.visit("means", means);
  means_.clear();
  for (std::size_t i = 0; i < conditions.size(); ++i) means_[conditions[i]] = means[static_cast<Index>(i)];
}

}  // namespace cohort
