#include <cohort/learning/alignment_probe.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/learning/learning_rules.hpp>

#include <fmt/format.h>

namespace cohort {
namespace {

bool counts(ParameterRole role) {
  return role == ParameterRole::recurrent || role == ParameterRole::recurrent_left ||
         role == ParameterRole::recurrent_right || role == ParameterRole::input;
}

}  // namespace

template <class Scalar>
AlignmentProbe<Scalar>::AlignmentProbe(const std::vector<std::string>& rules)
    : names_(rules), bptt_(learning_rules<Scalar>().make("bptt")) {
  for (const std::string& name : rules) {
    rules_.push_back(learning_rules<Scalar>().make(name));
    if (!rules_.back()->is_passive())
      throw UserError(fmt::format("rule '{}' cannot watch the training of another", name),
                      "its gradient needs more than the forward pass of an update");
  }
}

template <class Scalar>
void AlignmentProbe<Scalar>::begin(const Network<Scalar>& network, const RandomStream& stream) {
  gradient_ = ParameterSet<Scalar>(network.parameters().layout);
  bptt_->begin(network, stream);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    rules_[i]->check(network);
    rules_[i]->begin(network, stream.substream(hash64(std::string_view(names_[i]))));
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
  const VectorXd exact = weight_gradient(*bptt_, context);
  const double exact_norm = exact.norm();
  std::vector<Alignment> result;
  for (const auto& rule : rules_) {
    const VectorXd gradient = weight_gradient(*rule, context);
    const double norm = gradient.norm();
    result.push_back({gradient.dot(exact) / (norm * exact_norm), norm / exact_norm});
  }
  return result;
}

template class AlignmentProbe<float>;
template class AlignmentProbe<double>;

}  // namespace cohort
