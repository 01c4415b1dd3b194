#include <cohort/rules/infomax.hpp>

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/tasks/code_information.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace cohort {
namespace {

const std::vector<std::string> kVariants{"bell_sejnowski", "enumerated", "factorized",
                                         "lateral"};  // in the order of Variant

double sigmoid(double u) { return 1 / (1 + std::exp(-u)); }

/// log of the probability that a unit which fires with `fires` does what it does in `code`, summed over units.
double log_likelihood(const VectorXd& code, const VectorXd& fires) {
  double sum = 0;
  for (Index i = 0; i < code.size(); ++i) sum += std::log(code[i] > 0.5 ? fires[i] : 1 - fires[i]);
  return sum;
}

VectorXd code_of(Index number, Index n_units) {
  return VectorXd::NullaryExpr(n_units, [&](Index unit) { return fires_in(number, unit, n_units) ? 1.0 : 0.0; });
}

/// The inverse of code_of.
Index number_of(const VectorXd& code) {
  Index number = 0;
  for (const double fired : code) number = number << 1 | (fired > 0.5 ? 1 : 0);
  return number;
}

}  // namespace

template <class Scalar>
Description Infomax<Scalar>::description() {
  Description d;
  d.name = "infomax";
  d.summary = "binary units learn to tell as much as possible about the input, by spike, expectation and surprise";
  d.equation =
      "ΔW_ij = E[(y_i - s_i) x_j (log p(y|x) - log q(y))], q_i(1) = s(c_i + Σ_{k<i} L_ik y_k), ΔL_ik ∝ (y_i - q_i) "
      "y_k; enumerated: log p(y); factorized: log m_i(y_i) of the unit itself; bell_sejnowski: ΔW = W^{-T} + (1 - 2y) "
      "xᵀ";
  d.reference =
      "T. Liu 2021 (Infomax for perception; forms are ours); Bell & Sejnowski 1995, doi:10.1162/neco.1995.7.6.1129";
  d.serves = Served::only({"stochastic_binary"});
  d.axes = "no error at all: the information about the input";
  d.cost = "O(B samples N²) time; with samples=0 O(B 2^N N²)";
  d.parameters = {
      ParameterInfo::choice("variant", "lateral", kVariants, "what stands for the probability of the code"),
      ParameterInfo::integer("samples", 1, 0, 1'000'000, "1", "draws of the spikes at every step; 0: all codes"),
      ParameterInfo::number("lateral_rate", 1, 0, 1e6, "1", "of L and c: fast beside the weights"),
      ParameterInfo::number("mean_rate", 0.1, 0, 1, "1", "of the running means and covariances"),
      ParameterInfo::number("decorrelation", 0, 0, 1e6, "1", "κ of the factorized variant")};
  return d;
}

template <class Scalar>
Infomax<Scalar>::Infomax(const Parameters& parameters)
    : variant_(static_cast<Variant>(std::find(kVariants.begin(), kVariants.end(), parameters.text("variant")) -
                                    kVariants.begin())),
      samples_(parameters.integer("samples")),
      lateral_rate_(parameters.number("lateral_rate")),
      mean_rate_(parameters.number("mean_rate")),
      decorrelation_(parameters.number("decorrelation")) {}

template <class Scalar>
void Infomax<Scalar>::check(const LayeredNetwork<Scalar>& network) const {
  const Layer& layer = network.layers().front();
  if (variant_ == Variant::bell_sejnowski && layer.n_units != layer.sources[0].n_read)
    throw UserError("bell_sejnowski needs as many units as inputs",
                    fmt::format("there are {} and {}", layer.n_units, layer.sources[0].n_read));
  const bool enumerates = samples_ == 0 || variant_ == Variant::enumerated;
  if (enumerates && layer.n_units > most_enumerated_units)
    throw UserError(fmt::format("{} needs at most {} units", samples_ == 0 ? "samples=0" : "variant=enumerated",
                                most_enumerated_units),
                    fmt::format("there are {}", layer.n_units));
}

template <class Scalar>
void Infomax<Scalar>::begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) {
  const Index n_units = network.layers().front().n_units;
  stream_ = stream;
  lateral_ = covariance_ = MatrixXd::Zero(n_units, n_units);
  offset_ = VectorXd::Zero(n_units);
  means_ = VectorXd::Constant(n_units, 0.5);
}

template <class Scalar>
VectorXd Infomax<Scalar>::expected_by_others(const VectorXd& code) const {
  return (offset_ + lateral_.template triangularView<Eigen::StrictlyLower>() * code).unaryExpr(&sigmoid);
}

template <class Scalar>
void Infomax<Scalar>::add_code(const VectorXd& code, const VectorXd& fires, const VectorXd& input, double weight) {
  VectorXd credit = code - fires;
  if (variant_ == Variant::lateral) {
    const VectorXd expected = expected_by_others(code);
    credit *= log_likelihood(code, fires) - log_likelihood(code, expected);
    offset_change_ += weight * (code - expected);
    lateral_change_ += weight * (code - expected) * code.transpose();
  } else if (variant_ == Variant::enumerated) {
    credit *= log_likelihood(code, fires) - std::log(marginal_[number_of(code)]);
  } else {
    for (Index i = 0; i < code.size(); ++i)
      credit[i] *= std::log(code[i] > 0.5 ? fires[i] / means_[i] : (1 - fires[i]) / (1 - means_[i]));
    if (decorrelation_ > 0) {
      const VectorXd correlated = covariance_ * (code - means_);  // its diagonal is 0
      credit.array() -= decorrelation_ * correlated.array() * fires.array() * (1 - fires.array());
    }
  }
  bias_change_ += weight * credit;
  weight_change_ += weight * credit * input.transpose();
}

template <class Scalar>
void Infomax<Scalar>::add_all_codes(const LayeredContext<Scalar>& context, const MatrixXd& fires,
                                    const VectorXd& weights) {
  const MatrixXd inputs = context.network.activity_of(0).template cast<double>();
  const bool enumerates = samples_ == 0 || variant_ == Variant::enumerated;
  const MatrixXd given = enumerates ? code_probabilities(fires) : MatrixXd();
  if (variant_ == Variant::enumerated) marginal_ = given * weights;
  const Index n_codes = samples_ == 0 ? given.rows() : 0;
  RandomStream stream = stream_.substream(context.update);
  for (Index column = 0; column < fires.cols(); ++column) {
    const VectorXd own = fires.col(column), input = inputs.col(column);
    for (Index number = 0; number < n_codes; ++number)
      if (given(number, column) > 0)
        add_code(code_of(number, own.size()), own, input, weights[column] * given(number, column));
    for (Index sample = 0; sample < samples_; ++sample) {
      const VectorXd code = own.unaryExpr([&](double p) { return stream.uniform() < p ? 1.0 : 0.0; });
      add_code(code, own, input, weights[column] / static_cast<double>(samples_));
    }
  }
}

template <class Scalar>
void Infomax<Scalar>::add_bell_sejnowski(const LayeredContext<Scalar>& context, const MatrixXd& fires,
                                         const VectorXd& weights) {
  const LayeredNetwork<Scalar>& network = context.network;
  const MatrixXd inputs = network.activity_of(0).template cast<double>();
  const MatrixXd own = network.parameters().block("W_1").template cast<double>();
  const Eigen::PartialPivLU<MatrixXd> factors(own);
  if (!(factors.rcond() > std::numeric_limits<double>::epsilon()))
    throw RunError("W_1 has no inverse, which bell_sejnowski needs");
  const MatrixXd away = (1 - 2 * fires.array()).matrix() * weights.asDiagonal();
  weight_change_ = factors.inverse().transpose() + away * inputs.transpose();
  bias_change_ = away.rowwise().sum();
}

template <class Scalar>
void Infomax<Scalar>::add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  const LayeredNetwork<Scalar>& network = context.network;
  const MatrixXd fires = network.activity_of(1).template cast<double>();
  VectorXd weights = context.batch.mask.row(0).transpose().template cast<double>();
  weights /= weights.sum();
  const Index n_units = fires.rows(), n_inputs = network.activity_of(0).rows();
  weight_change_.setZero(n_units, n_inputs);
  bias_change_.setZero(n_units);
  lateral_change_.setZero(n_units, n_units);
  offset_change_.setZero(n_units);
  if (variant_ == Variant::bell_sejnowski)
    add_bell_sejnowski(context, fires, weights);
  else
    add_all_codes(context, fires, weights);
  lateral_change_ = MatrixXd(lateral_change_.template triangularView<Eigen::StrictlyLower>());
  gradient.block("W_1") -= weight_change_.template cast<Scalar>();
  const std::string& bias = network.layers().front().bias;
  if (!bias.empty()) gradient.block(bias) -= bias_change_.template cast<Scalar>();
  measure(fires, weights);
  learn_lateral(fires, weights);
}

template <class Scalar>
void Infomax<Scalar>::learn_lateral(const MatrixXd& fires, const VectorXd& weights) {
  lateral_ += lateral_rate_ * lateral_change_;
  offset_ += lateral_rate_ * offset_change_;
  const VectorXd means = fires * weights;
  const MatrixXd centred = fires.colwise() - means;  // given the input units are independent: they covary by it alone
  MatrixXd covariance = centred * weights.asDiagonal() * centred.transpose();
  covariance.diagonal().setZero();
  means_ += mean_rate_ * (means - means_);
  covariance_ += mean_rate_ * (covariance - covariance_);
}

template <class Scalar>
void Infomax<Scalar>::measure(const MatrixXd& fires, const VectorXd& weights) {
  information_ = bound_ = std::numeric_limits<double>::quiet_NaN();
  if (fires.rows() > most_enumerated_units) return;
  information_ = code_information(fires, weights) / std::numbers::ln2;
  if (variant_ != Variant::lateral) return;
  const MatrixXd codes = code_probabilities(fires);
  bound_ = 0;
  for (Index number = 0; number < codes.rows(); ++number) {
    const VectorXd code = code_of(number, fires.rows());
    const double log_q = log_likelihood(code, expected_by_others(code));
    for (Index column = 0; column < codes.cols(); ++column)
      if (const double p = codes(number, column); p > 0) bound_ += weights[column] * p * (std::log(p) - log_q);
  }
  bound_ /= std::numbers::ln2;
}

template <class Scalar>
void Infomax<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit("L", lateral_);
  visitor.visit("c", offset_);
  visitor.visit("means", means_);
  visitor.visit("covariance", covariance_);
}

template <class Scalar>
std::vector<RuleCurve> Infomax<Scalar>::curves() const {
  return {{"infomax_information", "I(x; y) of the training trials by enumeration; NaN for more than 12 units", "bit"},
          {"infomax_bound", "U = I + KL(p(y) | q) of the lateral variant, the same", "bit"}};
}

template class Infomax<float>;
template class Infomax<double>;

}  // namespace cohort
