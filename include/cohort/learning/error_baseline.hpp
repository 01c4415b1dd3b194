#pragma once

#include <cohort/learning/state_visitor.hpp>

#include <map>

namespace cohort {

/// Running mean of the error in each condition: m ← decay m + (1-decay) error, from zero.
class ErrorBaseline {
 public:
  explicit ErrorBaseline(double decay) : decay_(decay) {}

  double mean(std::int64_t condition) const {
    const auto found = means_.find(condition);
    return found == means_.end() ? 0 : found->second;
  }
  void add(std::int64_t condition, double error) {
    means_[condition] = decay_ * mean(condition) + (1 - decay_) * error;
  }

  void visit_state(StateVisitor& visitor);

 private:
  double decay_;
  std::map<std::int64_t, double> means_;
};

}  // namespace cohort
