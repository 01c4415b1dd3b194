#include <cohort/learning/credit_angles.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cohort {
namespace {

/// The angle of two matrices as vectors, in degrees; NaN where one is zero.
template <class A, class B>
double degrees(const A& a, const B& b) {
  const auto x = a.template cast<double>(), y = b.template cast<double>();
  const double cosine = x.cwiseProduct(y).sum() / (x.norm() * y.norm());
  return std::isnan(cosine) ? cosine : std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / std::numbers::pi;
}

}  // namespace

template <class Scalar>
std::vector<RuleCurve> CreditAngles<Scalar>::curves(std::vector<RuleCurve> own) const {
  const auto add = [&](const char* what, const char* long_name) { own.push_back({rule_ + what, long_name, "degree"}); };
  add("_credit_angle_first", "angle of the credit of the first hidden layer to backprop's");
  add("_credit_angle_last", "angle of the credit of the last hidden layer to backprop's");
  add("_credit_angle", "angle of the credit to backprop's, mean over the hidden layers");
  if (has_feedback_) add("_feedback_angle", "angle of the feedback to the weights, mean over the matrices");
  return own;
}

template <class Scalar>
std::vector<double> CreditAngles<Scalar>::values(std::vector<double> own) const {
  own.insert(own.end(), {first_, last_, mean_});
  if (has_feedback_) own.push_back(of_feedback_);
  return own;
}

template <class Scalar>
void CreditAngles<Scalar>::look(const LayeredContext<Scalar>& context, const LayerCredit<Scalar>& own,
                                const typename LayerCredit<Scalar>::Feedback* feedback) {
  first_ = last_ = mean_ = of_feedback_ = kNone;
  if (context.update % period != 0) return;
  look_at_credit(context, own);
  if (feedback) look_at_feedback(context.network, *feedback);
}

template <class Scalar>
void CreditAngles<Scalar>::look_at_credit(const LayeredContext<Scalar>& context, const LayerCredit<Scalar>& own) {
  const auto n_hidden = static_cast<Index>(context.network.layers().size()) - 1;
  if (n_hidden == 0) return;
  exact_.flow(context);
  double sum = 0;
  for (Index layer = 1; layer <= n_hidden; ++layer) {
    last_ = degrees(own.of(layer), exact_.of(layer));
    if (layer == 1) first_ = last_;
    sum += last_;
  }
  mean_ = sum / static_cast<double>(n_hidden);
}

template <class Scalar>
void CreditAngles<Scalar>::look_at_feedback(const LayeredNetwork<Scalar>& network,
                                            const typename LayerCredit<Scalar>::Feedback& feedback) {
  double sum = 0, n = 0;
  for (std::size_t layer = 0; layer < feedback.size(); ++layer)
    for (std::size_t way = 0; way < feedback[layer].size(); ++way) {
      if (feedback[layer][way].size() == 0) continue;
      sum += degrees(feedback[layer][way], network.parameters().block(network.layers()[layer].sources[way].weights));
      ++n;
    }
  of_feedback_ = sum / n;
}

template class CreditAngles<float>;
template class CreditAngles<double>;

}  // namespace cohort
