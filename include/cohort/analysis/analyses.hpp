#pragma once

#include <cohort/analysis/analysis.hpp>
#include <cohort/study/design.hpp>

#include <memory>
#include <vector>

namespace cohort {

/// Everything that a study asks to be computed from its finished runs, in the order in which it is done.
class Analyses {
 public:
  /// Throws UserError, with its place in the study file, for an analysis that the study's networks do not allow.
  /// `study` and `design` must outlive this.
  Analyses(const Study& study, const Design& design);
  ~Analyses();

  const std::vector<std::unique_ptr<Analysis>>& all() const { return all_; }

  /// What all of them write, and the state of each.
  Schema schema() const;

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
  std::vector<std::unique_ptr<Analysis>> all_;
};

}  // namespace cohort
