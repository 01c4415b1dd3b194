#include <cohort/rules/three_factor.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/network/drive_reach.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string_view>

namespace cohort {
namespace {

constexpr int kLargestPower = 5;

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw UserError(fmt::format("theta={} is not possible for three_factor", text), why,
                  "Write [k,l,value, ...], for example [3,3,-1].");
}

std::vector<double> numbers_in(const std::string& text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') refuse(text, "a list in brackets is needed");
  std::vector<double> numbers;
  std::string_view rest = std::string_view(text).substr(1, text.size() - 2);
  while (true) {
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    double number = 0;
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc() || !std::isfinite(number)) refuse(text, "its entries must be numbers");
    numbers.push_back(number);
    rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()));
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    if (rest.empty()) return numbers;
    if (rest.front() != ',') refuse(text, "its entries must be numbers");
    rest.remove_prefix(1);
  }
}

template <class Scalar>
Matrix<Scalar> power(const Matrix<Scalar>& base, int exponent) {
  Matrix<Scalar> result = Matrix<Scalar>::Ones(base.rows(), base.cols());
  for (int i = 0; i < exponent; ++i) result.array() *= base.array();
  return result;
}

}  // namespace

std::vector<PlasticityTerm> plasticity_terms(const std::string& text) {
  const std::vector<double> numbers = numbers_in(text);
  if (numbers.size() % 3 != 0) refuse(text, "entries come in threes: two powers and a coefficient");
  std::vector<PlasticityTerm> terms;
  for (std::size_t i = 0; i < numbers.size(); i += 3) {
    for (const double exponent : {numbers[i], numbers[i + 1]})
      if (exponent < 0 || exponent > kLargestPower || exponent != std::floor(exponent))
        refuse(text, fmt::format("powers are whole numbers from 0 to {}", kLargestPower));
    terms.push_back({static_cast<int>(numbers[i]), static_cast<int>(numbers[i + 1]), numbers[i + 2]});
  }
  return terms;
}

template <class Scalar>
Description ThreeFactor<Scalar>::description() {
  Description d;
  d.name = "three_factor";
  d.summary = "reward times eligibility traces that are a given polynomial of local activity";
  d.equation = "e ← (1-1/τ) e + Σ_kl θ_kl r_j(t-1)^k (x̄_i - x_i)^l; ΔW = η e (R - R̄), R = -(mean error of the trial)";
  d.reference = "Maoutsa 2025, arXiv:2512.09366";
  d.parameters = {
      ParameterInfo::text("theta", "[3,3,-1]", "k, l, θ_kl of each term of the polynomial, powers 0 to 5"),
      ParameterInfo::number("rate", 1e-3, 0, 1e6, "1", "η"),
      ParameterInfo::number("tau", 1000, 1, 1e12, "steps", "τ of the eligibility traces"),
      ParameterInfo::number("baseline", 0.75, 0, 1, "1", "what the mean error of a condition keeps of itself"),
      ParameterInfo::integer("warm_up", 100, 0, 1'000'000'000, "trials", "trials before weights change")};
  Exploration<Scalar>::describe(d);
  d.serves = Served::only({"ctrnn", "rate"});
  d.axes = "no gradient: reward times a polynomial of presynaptic rates and voltage fluctuations";
  d.cost = "one forward pass and O(B N² terms) time per step; O(B T N) memory";
  return d;
}

template <class Scalar>
ThreeFactor<Scalar>::ThreeFactor(const Parameters& parameters)
    : rate_(parameters.number("rate")),
      decay_(1 - 1 / parameters.number("tau")),
      warm_up_(parameters.integer("warm_up")),
      terms_(plasticity_terms(parameters.text("theta"))),
      exploration_(parameters),
      baseline_(parameters.number("baseline")) {}

template <class Scalar>
void ThreeFactor<Scalar>::check(const RecurrentNetwork<Scalar>& network) const {
  check_one_drive(network, "three_factor");
}

template <class Scalar>
void ThreeFactor<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  exploration_.begin(network, stream);
}

/// change += factor · e at the end of the trial: the terms of one step have decayed for the steps after it.
template <class Scalar>
void ThreeFactor<Scalar>::add_eligibility(double factor) {
  const Index n_steps = deviation_.cols();
  Vector<Scalar> left(n_steps);
  for (Index step = 0; step < n_steps; ++step)
    left[step] = static_cast<Scalar>(factor * std::pow(decay_, static_cast<double>(n_steps - 1 - step)));
  const Matrix<Scalar> fall = -deviation_;
  for (const PlasticityTerm& term : terms_)
    change_.noalias() += static_cast<Scalar>(term.theta) * power(fall, term.deviation_power) * left.asDiagonal() *
                         power(presynaptic_, term.rate_power).transpose();
}

template <class Scalar>
void ThreeFactor<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  const RecurrentNetwork<Scalar>& network = context.network;
  const VectorXd errors = exploration_.run(context);
  change_ = Matrix<Scalar>::Zero(network.n_units(), network.n_units() + 1);
  for (Index trial = 0; trial < errors.size(); ++trial) {
    const int condition = context.batch.conditions[static_cast<std::size_t>(trial)];
    if (n_trials_++ >= warm_up_) {
      exploration_.trial(network, trial, presynaptic_, deviation_);
      add_eligibility(rate_ * (baseline_.mean(condition) - errors[trial]));
    }
    baseline_.add(condition, errors[trial]);
  }
  exploration_.add_step(network, change_, gradient);
}

template <class Scalar>
void ThreeFactor<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit("n_trials", n_trials_);
  visitor.visit_part("baseline", baseline_);
}

template class ThreeFactor<float>;
template class ThreeFactor<double>;

}  // namespace cohort
