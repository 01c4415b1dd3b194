#pragma once

#include <cohort/learning/alignment_probe.hpp>
#include <cohort/learning/training_options.hpp>
#include <cohort/learning/training_record.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Two curves per rule that watches a training: cosine and norm ratio of its gradient and BPTT's, where the plan asks
/// for them. Of an update in parts, the mean over the parts.
template <class Scalar>
class AlignmentCurves {
 public:
  /// `probe` holds the rules that `plan` names, and must outlive this object; null when there are none.
  AlignmentCurves(const AlignmentPlan& plan, AlignmentProbe<Scalar>* probe);

  std::vector<std::string> names() const;

  /// Called once before training, see AlignmentProbe::begin.
  void begin(const Network<Scalar>& network, const RandomStream& stream);

  /// Around the parts of an update; `watch` right after the forward pass of each.
  void begin_update(Index update);
  void watch(const UpdateContext<Scalar>& context);
  void end_update(Index update, TrainingRecord& record);

  void visit_state(StateVisitor& visitor);

 private:
  AlignmentPlan plan_;
  AlignmentProbe<Scalar>* probe_;
  bool is_watched_ = false;        ///< the update under way
  std::vector<Alignment> sums_{};  ///< over its parts, one per rule
  Index n_parts_ = 0;
};

}  // namespace cohort
