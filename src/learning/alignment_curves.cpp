#include <cohort/learning/alignment_curves.hpp>

#include <cohort/core/errors.hpp>

namespace cohort {

template <class Scalar>
AlignmentCurves<Scalar>::AlignmentCurves(const AlignmentPlan& plan, AlignmentProbe<Scalar>* probe)
    : plan_(plan), probe_(probe) {
  expects(plan.rules.empty() || probe, "a probe for the rules that watch");
}

template <class Scalar>
std::vector<std::string> AlignmentCurves<Scalar>::names() const {
  std::vector<std::string> result;
  for (std::size_t rule = 0; rule < plan_.rules.size(); ++rule) {
    result.push_back(AlignmentPlan::cosine_curve(plan_.name(rule)));
    result.push_back(AlignmentPlan::ratio_curve(plan_.name(rule)));
  }
  return result;
}

template <class Scalar>
void AlignmentCurves<Scalar>::begin(const Network<Scalar>& network, const RandomStream& stream) {
  if (probe_) probe_->begin(network, stream);
}

template <class Scalar>
void AlignmentCurves<Scalar>::begin_update(Index update) {
  is_watched_ = probe_ && plan_.watches(update);
  sums_.clear();
  n_parts_ = 0;
}

template <class Scalar>
void AlignmentCurves<Scalar>::watch(const UpdateContext<Scalar>& context) {
  if (!is_watched_) return;
  const auto measured = probe_->measure(context);
  sums_.resize(measured.size());
  for (std::size_t rule = 0; rule < measured.size(); ++rule) {
    sums_[rule].cosine += measured[rule].cosine;
    sums_[rule].norm_ratio += measured[rule].norm_ratio;
  }
  ++n_parts_;
}

template <class Scalar>
void AlignmentCurves<Scalar>::end_update(Index update, TrainingRecord& record) {
  const auto n_parts = static_cast<double>(n_parts_);
  const auto at = static_cast<std::size_t>(update);
  for (std::size_t rule = 0; rule < sums_.size(); ++rule) {
    const std::string& name = plan_.name(rule);
    record.curve(AlignmentPlan::cosine_curve(name))[at] = static_cast<float>(sums_[rule].cosine / n_parts);
    record.curve(AlignmentPlan::ratio_curve(name))[at] = static_cast<float>(sums_[rule].norm_ratio / n_parts);
  }
}

template <class Scalar>
void AlignmentCurves<Scalar>::visit_state(StateVisitor& visitor) {
  if (probe_) probe_->visit_state(visitor);
}

template class AlignmentCurves<float>;
template class AlignmentCurves<double>;

}  // namespace cohort
