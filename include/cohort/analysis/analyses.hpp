#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/stored_study.hpp>
#include <cohort/core/catalogue.hpp>
#include <cohort/study/design.hpp>

#include <memory>
#include <vector>

namespace cohort {

/// The table of analyses, in the order in which they are done: each finds in the file what those before it have left.
const std::vector<AnalysisKind>& analysis_kinds();

/// What they say of themselves.
const Catalogue& analysis_catalogue();

/// Everything that a study asks to be computed from its finished runs, in the order in which it is done.
class Analyses {
 public:
  /// Throws UserError, with its place in the study file, for an analysis that the study's networks do not allow.
  /// `study` and `design` must outlive this.
  Analyses(const Study& study, const Design& design);
  /// Those of a results file alone: what is computed from representations and from other analyses. `stored` and `file`
  /// must outlive this.
  Analyses(const StoredStudy& stored, ResultsFile& file);
  ~Analyses();

  const AnalysisList& all() const { return all_; }

  /// What is known before anything is computed to have no value, and why: one line each.
  std::vector<std::string> warnings() const;

  /// What all of them write, with its checksums; the recordings they look at; and the state of each.
  /// `others` are analyses that a file knows besides, in its order.
  Schema schema(const std::vector<std::string>& others = {}) const;

 private:
  struct Shared;
  void ask(const AnalysisInputs& inputs);
  const Study& study_;
  std::unique_ptr<Shared> shared_;
  AnalysisList all_;
};

}  // namespace cohort
