#include <cohort/network/plastic_mlp.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/network/feedforward_plan.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>

namespace cohort {
namespace {

std::vector<std::size_t> terms_from(const Parameters& parameters) {
  std::vector<std::size_t> terms;
  for (const double term : parameters.list("terms")) {
    if (term != std::round(term))
      throw UserError(fmt::format("terms has {}", term), "terms of plasticity have whole numbers, 0 to 9");
    const auto number = static_cast<std::size_t>(term);
    if (std::find(terms.begin(), terms.end(), number) != terms.end())
      throw UserError(fmt::format("term {} stands twice in terms", number));
    terms.push_back(number);
  }
  if (terms.empty()) throw UserError("plastic_mlp has no terms", "nothing would be learned", "Write terms=[0,2,9].");
  return terms;
}

std::vector<Index> widths_from(const Parameters& parameters, Index n_inputs, Index n_outputs) {
  if (n_inputs <= n_outputs)
    throw UserError(fmt::format("architecture 'plastic_mlp' cannot have {} inputs", n_inputs),
                    fmt::format("the last {} of them teach the classes, and nothing is left to see", n_outputs),
                    "Use it with the task episodes.");
  std::vector<Index> widths{n_inputs - n_outputs};
  for (const Index width : layer_widths(parameters.text("hidden"), "plastic_mlp")) widths.push_back(width);
  widths.push_back(n_outputs);
  return widths;
}

NetworkTraits traits_of(const std::vector<Index>& widths) {
  NetworkTraits traits{NetworkFamily::adaptive, "plastic_mlp",
                       std::accumulate(widths.begin() + 1, widths.end(), Index{0})};
  traits.layer_units.assign(widths.begin() + 1, widths.end());
  return traits;
}

constexpr const char* kTermMeaning = "term of plasticity that each parameter weighs";
constexpr const char* kScaleMeaning = "coefficient of a term = scale x parameter";

ParameterLayout layout_of(std::size_t n_terms) {
  ParameterLayout layout;
  layout.add("theta", ParameterRole::hidden, static_cast<Index>(n_terms), 1);
  return layout;
}

}  // namespace

template <class Scalar>
Description PlasticMlp<Scalar>::description() {
  Description d;
  d.name = "plastic_mlp";
  d.family = family_name(NetworkFamily::adaptive);
  d.summary = "a perceptron that learns anew in every trial; its parameters are the coefficients of its plasticity";
  d.equation =
      "h_l = softplus(W_l h_{l-1}), softmax outputs; W_l ← W_l + Σ_r θ_r F_r after every step that teaches a class, "
      "see "
      "rule plasticity";
  d.reference = "Shervani-Tabar & Rosenbaum 2023, doi:10.1038/s41467-023-37562-1";
  d.parameters = {
      ParameterInfo::text("hidden", "170-130-100-70", "widths of the hidden layers, or none"),
      ParameterInfo::number("beta", 10, 1e-3, 1e3, "1", "steepness of softplus, log(1 + exp(βz)) / β"),
      ParameterInfo::list("terms", {0, 2, 9}, 0, 9, "1", "numbers of the terms that have a coefficient"),
      ParameterInfo::choice("feedback", "random", {"random", "symmetric"}, "B: drawn for every episode, or W"),
      ParameterInfo::number("theta0", 1e-3, -1e6, 1e6, "1", "θ0 that training starts from; the others start at 0"),
      ParameterInfo::list("scales", {1}, 1e-12, 1e12, "1",
                          "unit of each term's coefficient, one for all or one each: what an optimizer's rate is in")};
  return d;
}

template <class Scalar>
PlasticMlp<Scalar>::PlasticMlp(const Parameters& parameters, Index n_inputs, Index n_outputs)
    : PlasticMlp(widths_from(parameters, n_inputs, n_outputs), parameters) {}

template <class Scalar>
PlasticMlp<Scalar>::PlasticMlp(std::vector<Index> widths, const Parameters& parameters)
    : widths_(std::move(widths)),
      n_units_(traits_of(widths_).n_units),
      loop_(widths_, parameters.number("beta"),
            parameters.text("feedback") == "random" ? PlasticityLoop<Scalar>::Feedback::random
                                                    : PlasticityLoop<Scalar>::Feedback::symmetric,
            terms_from(parameters)),
      first_rate_(parameters.number("theta0")) {
  const std::size_t n_terms = loop_.terms().size();
  const std::vector<double> scales = parameters.list("scales");
  if (scales.size() != 1 && scales.size() != n_terms)
    throw UserError(fmt::format("scales has {} numbers", scales.size()), fmt::format("there are {} terms", n_terms));
  scales_.resize(static_cast<Index>(n_terms));
  for (std::size_t i = 0; i < n_terms; ++i)
    scales_[static_cast<Index>(i)] = static_cast<Scalar>(scales[scales.size() == 1 ? 0 : i]);
  this->parameters_ = ParameterSet<Scalar>(layout_of(n_terms));
  derivatives_.resize(n_terms);
  weights_.resize(widths_.size() - 1);
  feedback_.resize(widths_.size() - 1);
}

template <class Scalar>
NetworkShape PlasticMlp<Scalar>::shape(const Parameters& parameters, Index n_inputs, Index n_outputs) {
  const auto n_terms = static_cast<Index>(terms_from(parameters).size());
  return {traits_of(widths_from(parameters, n_inputs, n_outputs)),
          layout_of(static_cast<std::size_t>(n_terms)),
          {{"term", kTermMeaning, n_terms, 1}, {"scale", kScaleMeaning, n_terms, 1}}};
}

template <class Scalar>
NetworkTraits PlasticMlp<Scalar>::traits() const {
  return traits_of(widths_);
}

template <class Scalar>
void PlasticMlp<Scalar>::initialize(const Initialization& initialization, const RandomStream& stream) {
  if (initialization.radius() > 0)
    throw UserError("an initialization with a radius does not fit 'plastic_mlp'", "it has no recurrent weights",
                    "Leave out radius=...");
  initialization_ = initialization.copy();
  stream_ = stream;
  this->parameters_.values.setZero();
  for (std::size_t i = 0; i < loop_.terms().size(); ++i)
    if (loop_.terms()[i] == 0) {
      const auto at = static_cast<Index>(i);
      this->parameters_.values[at] = static_cast<Scalar>(first_rate_) / scales_[at];
    }
}

template <class Scalar>
NetworkConstants<Scalar> PlasticMlp<Scalar>::constants() const {
  Matrix<Scalar> terms(scales_.size(), 1);
  for (Index i = 0; i < terms.rows(); ++i)
    terms(i, 0) = static_cast<Scalar>(loop_.terms()[static_cast<std::size_t>(i)]);
  return {{"term", kTermMeaning, terms}, {"scale", kScaleMeaning, scales_}};
}

template <class Scalar>
void PlasticMlp<Scalar>::draw_weights(const Matrix<Scalar>& inputs, Index trial, Index n_trials) {
  std::uint64_t content = 0;
  for (Index column = trial; column < inputs.cols(); column += n_trials)
    content = hash64(
        std::as_bytes(std::span(inputs.data() + column * inputs.rows(), static_cast<std::size_t>(inputs.rows()))),
        content);
  const RandomStream own = stream_.substream(content);
  for (std::size_t l = 0; l < weights_.size(); ++l) {
    MatrixXd drawn = MatrixXd::Zero(widths_[l + 1], widths_[l]);
    RandomStream forward = own.substream(2 * l), back = own.substream(2 * l + 1);
    initialization_->fill(forward, drawn);
    weights_[l] = drawn.template cast<Scalar>();
    draw_uniform(back, std::sqrt(6.0 / static_cast<double>(widths_[l + 1] + widths_[l])), drawn);
    feedback_[l] = drawn.template cast<Scalar>();
  }
}

template <class Scalar>
const Activity<Scalar>& PlasticMlp<Scalar>::forward(const Matrix<Scalar>& inputs, Index n_trials,
                                                    const ForwardOptions<Scalar>&) {
  activity_.n_trials = n_trials;
  activity_.n_steps = inputs.cols() / n_trials;
  activity_.outputs.resize(widths_.back(), inputs.cols());
  rates_.resize(n_units_, inputs.cols());
  for (Matrix<Scalar>& derivative : derivatives_) derivative.resize(widths_.back(), inputs.cols());
  has_diverged_.assign(static_cast<std::size_t>(n_trials), false);
  for (Index trial = 0; trial < n_trials; ++trial) {
    draw_weights(inputs, trial, n_trials);
    if (run_episode(inputs, trial, n_trials)) continue;
    has_diverged_[static_cast<std::size_t>(trial)] = true;
    clear_episode(trial, n_trials, activity_.n_steps);
  }
  activity_.mean_square_rate = static_cast<double>(rates_.squaredNorm()) / static_cast<double>(rates_.size());
  return activity_;
}

/// Whether all its outputs are finite, and their derivatives.
template <class Scalar>
bool PlasticMlp<Scalar>::run_episode(const Matrix<Scalar>& inputs, Index trial, Index n_trials) {
  PlasticityCoefficients theta{};
  for (std::size_t i = 0; i < loop_.terms().size(); ++i) {
    const auto at = static_cast<Index>(i);
    theta[loop_.terms()[i]] = static_cast<double>(scales_[at] * this->parameters_.values[at]);
  }
  loop_.start(weights_, feedback_);
  for (Index column = trial; column < inputs.cols(); column += n_trials) {
    loop_.show(inputs.col(column).head(widths_.front()));
    if (!loop_.logits().allFinite() || !loop_.logit_derivatives().allFinite()) return false;
    activity_.outputs.col(column) = loop_.logits();
    for (std::size_t i = 0; i < derivatives_.size(); ++i) {
      const auto at = static_cast<Index>(i);
      derivatives_[i].col(column) = scales_[at] * loop_.logit_derivatives().col(at);
    }
    Index first = 0;
    for (Index layer = 1; layer < loop_.n_layers(); ++layer) {
      rates_.col(column).segment(first, widths_[static_cast<std::size_t>(layer)]) = loop_.activity(layer);
      first += widths_[static_cast<std::size_t>(layer)];
    }
    rates_.col(column).segment(first, widths_.back()) = loop_.logits();
    Index label = 0;
    const Scalar taught = inputs.col(column).segment(widths_.front(), widths_.back()).maxCoeff(&label);
    if (taught > 0) loop_.learn(label, theta);
  }
  return true;
}

template <class Scalar>
std::vector<double> PlasticMlp<Scalar>::query_angles(const Matrix<Scalar>& inputs, const std::vector<int>& classes) {
  const auto n_hidden = static_cast<std::size_t>(loop_.n_layers()) - 1;
  std::vector<double> angles(n_hidden, std::numeric_limits<double>::quiet_NaN());
  if (has_diverged_.back()) return angles;
  std::vector<Vector<Scalar>> fed_back, exact;
  for (Index column = activity_.n_trials - 1; column < inputs.cols(); column += activity_.n_trials) {
    if (inputs.col(column).segment(widths_.front(), widths_.back()).maxCoeff() > 0) continue;  // taught
    loop_.show(inputs.col(column).head(widths_.front()));
    loop_.add_credits(classes[static_cast<std::size_t>(column)], fed_back, exact);
  }
  for (std::size_t l = 0; l < fed_back.size(); ++l) {
    const double cosine = static_cast<double>(fed_back[l].normalized().dot(exact[l].normalized()));
    angles[l] = std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / std::numbers::pi;
  }
  return angles;
}

template <class Scalar>
void PlasticMlp<Scalar>::clear_episode(Index trial, Index n_trials, Index n_steps) {
  for (Index step = 0; step < n_steps; ++step) {
    const Index column = step * n_trials + trial;
    activity_.outputs.col(column).setZero();
    rates_.col(column).setZero();
    for (Matrix<Scalar>& derivative : derivatives_) derivative.col(column).setZero();
  }
}

template <class Scalar>
Matrix<Scalar> PlasticMlp<Scalar>::trial_rates() const {
  Matrix<Scalar> sum = Matrix<Scalar>::Zero(n_units_, activity_.n_trials);
  for (Index step = 0; step < activity_.n_steps; ++step)
    sum += rates_.middleCols(step * activity_.n_trials, activity_.n_trials);
  return sum / static_cast<Scalar>(activity_.n_steps);
}

template <class Scalar>
Matrix<Scalar> PlasticMlp<Scalar>::representation(Index first_step, Index n_steps) const {
  Matrix<Scalar> samples(activity_.n_trials * n_steps, n_units_);
  for (Index trial = 0; trial < activity_.n_trials; ++trial)
    for (Index step = 0; step < n_steps; ++step)
      samples.row(trial * n_steps + step) = rates_.col((first_step + step) * activity_.n_trials + trial).transpose();
  return samples;
}

template class PlasticMlp<float>;
template class PlasticMlp<double>;

}  // namespace cohort
