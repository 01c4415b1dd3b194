#include <cohort/learning/alignment_probe.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>

namespace cohort {
namespace {

bool counts(ParameterRole role) {
  return role == ParameterRole::recurrent || role == ParameterRole::recurrent_left ||
         role == ParameterRole::recurrent_right || role == ParameterRole::input || role == ParameterRole::hidden;
}

}  // namespace

template <class Scalar>
AlignmentProbe<Scalar>::AlignmentProbe(std::unique_ptr<LearningRule<Scalar>> exact, std::vector<Watcher> watchers)
    : exact_(std::move(exact)), watchers_(std::move(watchers)) {
  for (const Watcher& watcher : watchers_)
    if (!watcher.rule->traits().is_passive)
      throw UserError(fmt::format("rule '{}' cannot watch the training of another", watcher.variant),
                      "its gradient needs more than the forward pass of an update");
}

template <class Scalar>
void AlignmentProbe<Scalar>::begin(const Network<Scalar>& network, const RandomStream& stream) {
  gradient_ = ParameterSet<Scalar>(network.parameters().layout);
  exact_->begin(network, stream);
  for (const Watcher& watcher : watchers_) {
    watcher.rule->check(network);
    watcher.rule->begin(network, stream.substream(hash64(std::string_view(watcher.variant))));
  }
}

template <class Scalar>
VectorXd AlignmentProbe<Scalar>::weight_gradient(LearningRule<Scalar>& rule, const UpdateContext<Scalar>& context) {
  gradient_.values.setZero();
  rule.add_gradient(context, gradient_);
  VectorXd result(gradient_.values.size());
  Index n = 0;
  for (const ParameterBlock& block : gradient_.layout.blocks()) {
    if (!counts(block.role)) continue;
    const Index size = block.rows * block.cols;
    result.segment(n, size) = gradient_.values.segment(block.offset, size).template cast<double>();
    n += size;
  }
  return result.head(n);
}

template <class Scalar>
std::vector<Alignment> AlignmentProbe<Scalar>::measure(const UpdateContext<Scalar>& context) {
  const VectorXd exact = weight_gradient(*exact_, context);
  const double exact_norm = exact.norm();
  std::vector<Alignment> result;
  for (const Watcher& watcher : watchers_) {
    const VectorXd gradient = weight_gradient(*watcher.rule, context);
    const double norm = gradient.norm();
    result.push_back({gradient.dot(exact) / (norm * exact_norm), norm / exact_norm});
  }
  return result;
}

template <class Scalar>
void AlignmentProbe<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit_part("exact", *exact_);
  for (std::size_t i = 0; i < watchers_.size(); ++i)
    visitor.visit_part("watcher " + std::to_string(i), *watchers_[i].rule);
}

template class AlignmentProbe<float>;
template class AlignmentProbe<double>;

}  // namespace cohort
