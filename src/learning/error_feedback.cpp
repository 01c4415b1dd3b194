#include <cohort/learning/error_feedback.hpp>

#include <cohort/core/errors.hpp>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

// In the order of FeedbackKind and FeedbackDistribution.
const std::vector<std::string> kKinds{"aligned", "random", "sign", "symmetric"};
const std::vector<std::string> kDistributions{"normal", "uniform"};

/// Cohort's own choice: after 1000 updates 0.7 % of the difference is left.
constexpr double kAlignment = 0.005;

template <class Choice>
Choice chosen(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<Choice>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

void FeedbackAxis::describe(Description& description) const {
  auto& p = description.parameters;
  p.push_back(ParameterInfo::choice("feedback", kKinds[static_cast<std::size_t>(kind)], kKinds,
                                    "B: W_outᵀ, random, random but drawn to W_outᵀ by λ, or its sign · mean |W_out|"));
  p.push_back(ParameterInfo::choice("distribution", kDistributions[static_cast<std::size_t>(distribution)],
                                    kDistributions, "of random B: N(0,1)/√n_out or U(±1/√N)"));
  p.push_back(
      ParameterInfo::number("alignment", kAlignment, 0, 1, "1/update", "λ of aligned B: lost share of B - W_outᵀ"));
}

FeedbackAxis FeedbackAxis::from(const Parameters& parameters) {
  return {chosen<FeedbackKind>(kKinds, parameters.text("feedback")),
          chosen<FeedbackDistribution>(kDistributions, parameters.text("distribution")),
          parameters.number("alignment")};
}

template <class Scalar>
void ErrorFeedback<Scalar>::begin(const Network<Scalar>& network, RandomStream stream) {
  if (axis_.kind == FeedbackKind::symmetric || axis_.kind == FeedbackKind::sign) return;
  drawn_.resize(network.n_units(), network.n_outputs());
  const double limit = 1 / std::sqrt(static_cast<double>(network.n_units()));
  const double deviation = 1 / std::sqrt(static_cast<double>(network.n_outputs()));
  for (Index i = 0; i < drawn_.size(); ++i)
    drawn_(i) = static_cast<Scalar>(axis_.distribution == FeedbackDistribution::uniform ? stream.uniform(-limit, limit)
                                                                                        : deviation * stream.normal());
  if (axis_.kind == FeedbackKind::aligned) drawn_ -= network.parameters().block("W_out").transpose();
}

template <class Scalar>
const Matrix<Scalar>& ErrorFeedback<Scalar>::weights(const RecurrentNetwork<Scalar>& network, std::uint64_t update) {
  if (axis_.kind == FeedbackKind::random) return drawn_;
  const auto readout = network.parameters().block("W_out");
  if (axis_.kind == FeedbackKind::sign) {
    const Index n_seen = readout.cols() - network.cell().traits().first_readout_unit;
    const Scalar mean = readout.cwiseAbs().sum() / static_cast<Scalar>(readout.rows() * n_seen);
    weights_ = mean * readout.transpose().array().sign();
    return weights_;
  }
  weights_ = readout.transpose();
  if (axis_.kind == FeedbackKind::aligned)
    weights_ += static_cast<Scalar>(std::pow(1 - axis_.alignment, static_cast<double>(update))) * drawn_;
  return weights_;
}

template class ErrorFeedback<float>;
template class ErrorFeedback<double>;

}  // namespace cohort
