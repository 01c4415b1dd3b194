#include <cohort/learning/error_feedback.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/recordings/shared_array.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

// In the order of FeedbackKind and FeedbackDistribution.
const std::vector<std::string> kKinds{"aligned", "file", "random", "sign", "symmetric"};
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
  p.push_back(ParameterInfo::choice(
      "feedback", kKinds[static_cast<std::size_t>(kind)], kKinds,
      "B: W_outᵀ, random, random but drawn to W_outᵀ by λ, its sign · mean |W_out|, or a file's"));
  p.push_back(ParameterInfo::choice("distribution", kDistributions[static_cast<std::size_t>(distribution)],
                                    kDistributions, "of random B: N(0,1)/√n_out or U(±1/√N)"));
  p.push_back(
      ParameterInfo::number("alignment", kAlignment, 0, 1, "1/update", "λ of aligned B: lost share of B - W_outᵀ"));
  p.push_back(ParameterInfo::path("feedback_file", "B of feedback=file: .npy, [n_units x n_outputs]").later());
}

FeedbackAxis FeedbackAxis::from(const Parameters& parameters) {
  const FeedbackAxis axis{chosen<FeedbackKind>(kKinds, parameters.text("feedback")),
                          chosen<FeedbackDistribution>(kDistributions, parameters.text("distribution")),
                          parameters.number("alignment"), parameters.text("feedback_file")};
  if ((axis.kind == FeedbackKind::file) == axis.file.empty())
    throw UserError(fmt::format("feedback={} of {} {} a feedback_file", parameters.text("feedback"), parameters.name(),
                                axis.file.empty() ? "needs" : "has no use for"),
                    "", axis.file.empty() ? "Give feedback_file=..." : "Write feedback=file, or leave out the file.");
  return axis;
}

template <class Scalar>
void ErrorFeedback<Scalar>::check(const Network<Scalar>& network) const {
  if (axis_.kind != FeedbackKind::file) return;
  const auto array = shared_array(axis_.file);
  const std::vector<std::size_t> needed{static_cast<std::size_t>(network.n_units()),
                                        static_cast<std::size_t>(network.n_outputs())};
  if (array->shape != needed)
    throw UserError(
        fmt::format("{} has shape [{}]", axis_.file, fmt::join(array->shape, ", ")),
        fmt::format("feedback to {} units from {} outputs needs [{}]", needed[0], needed[1], fmt::join(needed, ", ")));
  if (!std::all_of(array->values.begin(), array->values.end(), [](double weight) { return std::isfinite(weight); }))
    throw UserError(axis_.file + " holds a NaN or an infinity", "all feedback weights must be finite");
}

template <class Scalar>
void ErrorFeedback<Scalar>::begin(const Network<Scalar>& network, RandomStream stream) {
  if (axis_.kind == FeedbackKind::symmetric || axis_.kind == FeedbackKind::sign) return;
  drawn_.resize(network.n_units(), network.n_outputs());
  if (axis_.kind == FeedbackKind::file) {
    check(network);
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    drawn_ = Eigen::Map<const RowMajor>(shared_array(axis_.file)->values.data(), drawn_.rows(), drawn_.cols())
                 .template cast<Scalar>();
    return;
  }
  const double limit = 1 / std::sqrt(static_cast<double>(network.n_units()));
  const double deviation = 1 / std::sqrt(static_cast<double>(network.n_outputs()));
  for (Index i = 0; i < drawn_.size(); ++i)
    drawn_(i) = static_cast<Scalar>(axis_.distribution == FeedbackDistribution::uniform ? stream.uniform(-limit, limit)
                                                                                        : deviation * stream.normal());
  if (axis_.kind == FeedbackKind::aligned) drawn_ -= network.parameters().block("W_out").transpose();
}

template <class Scalar>
const Matrix<Scalar>& ErrorFeedback<Scalar>::weights(const RecurrentNetwork<Scalar>& network, std::uint64_t update) {
  if (axis_.kind == FeedbackKind::random || axis_.kind == FeedbackKind::file) return drawn_;
  const auto readout = network.parameters().block("W_out");
  if (axis_.kind == FeedbackKind::sign) {
    const Index n_seen = readout.cols() - network.cell().traits().first_readout_unit;
    if (n_seen == 0) return weights_ = Matrix<Scalar>::Zero(readout.cols(), readout.rows());  // a mean of nothing
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
