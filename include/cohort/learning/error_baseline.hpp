#pragma once

#include <map>

namespace cohort {

/// Running mean of the error in each condition: m ← decay m + (1-decay) error, from zero.
class ErrorBaseline {
 public:
  explicit ErrorBaseline(double decay) : decay_(decay) {}

  double mean(int condition) const {
    const auto found = means_.find(condition);
    return found == means_.end() ? 0 : found->second;
  }
  void add(int condition, double error) { means_[condition] = decay_ * mean(condition) + (1 - decay_) * error; }

 private:
  double decay_;
  std::map<int, double> means_;
};

}  // namespace cohort
