#include <cohort/rules/plasticity.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/recordings/shared_array.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

constexpr double kUsualRate = 1e-3;  // θ0, where nothing else is said

}  // namespace

template <class Scalar>
Description Plasticity<Scalar>::description() {
  Description d;
  d.name = "plasticity";
  d.summary = "a sum of ten local terms with given coefficients, the same in all layers";
  d.equation =
      "ΔW = θ0 F0 + .. + θ9 F9: F0 -e y'ᵀ, F1 -y e'ᵀ, F2 -e e'ᵀ, F3 -W, F4 -1 e'ᵀ, F5 -e (1ᵀy) y'ᵀ, F6 -y (yᵀ W e') "
      "e'ᵀ, "
      "F7 -e (yᵀ W e') y'ᵀ, F8 -y (y'ᵀ Wᵀ e) e'ᵀ, F9 y y'ᵀ - (y yᵀ) W; ' the layer below, e' = (Bᵀ e) ∘ f'";
  d.reference = "Shervani-Tabar & Rosenbaum 2023, doi:10.1038/s41467-023-37562-1";
  d.serves = Served::only({"mlp"});  // layers that read all units below, outputs without an activation function
  d.axes = "local terms of activity and fed back error";
  d.cost = "O(B N²) time, O(B N) memory";
  d.parameters = {
      ParameterInfo::list("theta", {kUsualRate}, -1e6, 1e6, "1", "θ0, θ1, ...: up to ten; those left out are 0"),
      ParameterInfo::path(
          "theta_from",
          "the same from a file: that of a run of plastic_mlp, results.h5:RUN (row or key), or a .npy of up to ten"),
      ParameterInfo::choice("feedback", "random", {"random", "symmetric"}, "B: drawn, U(±√(6/(n_l + n_{l-1}))), or W")};
  return d;
}

template <class Scalar>
Plasticity<Scalar>::Plasticity(const Parameters& parameters)
    : is_symmetric_(parameters.text("feedback") == "symmetric") {
  const std::string& file = parameters.text("theta_from");
  if (!file.empty() && parameters.list("theta") != std::vector<double>{kUsualRate})
    throw UserError("theta and theta_from are both given", "one of them says what the coefficients are");
  const std::vector<double> theta = file.empty() ? parameters.list("theta") : shared_array(file)->values;
  if (theta.size() > n_plasticity_terms)
    throw UserError(fmt::format("theta has {} numbers", theta.size()),
                    fmt::format("there are {} terms of plasticity", n_plasticity_terms));
  if (!std::all_of(theta.begin(), theta.end(), [](double value) { return std::isfinite(value); }))
    throw UserError(file + " holds a NaN or an infinity", "all coefficients must be finite");
  std::copy(theta.begin(), theta.end(), theta_.begin());
}

template <class Scalar>
void Plasticity<Scalar>::check(const LayeredNetwork<Scalar>& network) const {
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    const Layer& layer = network.layers()[i];
    if (!layer.bias.empty()) throw UserError("plasticity has no terms for biases, use bias=false");
    if (layer.sources.size() > 1 || layer.sources[0].weights.empty())
      throw UserError(fmt::format("plasticity has no terms for skips, and layer {} has one", i + 1));
  }
  const Layer& last = network.layers().back();
  if (last.n_units != network.n_outputs()) throw UserError("plasticity needs a last layer of outputs alone");
}

template <class Scalar>
void Plasticity<Scalar>::begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) {
  feedback_.clear();
  credits_.resize(network.layers().size() + 1);
  for (const Layer& layer : network.layers()) {
    const Index n_read = layer.sources[0].n_read;
    const double limit = std::sqrt(6.0 / static_cast<double>(layer.n_units + n_read));
    const RandomStream own = stream.substream(feedback_.size());
    feedback_.push_back({random_matrix<Scalar>(layer.n_units, n_read, limit, own)});
  }
}

template <class Scalar>
void Plasticity<Scalar>::send_credit(const LayeredContext<Scalar>& context) {
  const LayeredNetwork<Scalar>& network = context.network;
  credits_.back() = static_cast<Scalar>(context.total_weight) * context.output_error;
  for (std::size_t l = network.layers().size(); l > 0; --l) {
    const LayerSource& source = network.layers()[l - 1].sources[0];
    Matrix<Scalar>& below = credits_[l - 1];
    if (is_symmetric_)
      below.noalias() = network.parameters().block(source.weights).transpose() * credits_[l];
    else
      below.noalias() = feedback_[l - 1][0].transpose() * credits_[l];
    if (l > 1) {
      below.array() *= network.slope_of(static_cast<Index>(l) - 1).array();
    } else {
      inputs_ = network.activity_of(0);
      network.slope_for(1, inputs_, slope_);
      below.array() *= slope_.array();
    }
  }
}

template <class Scalar>
void Plasticity<Scalar>::add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  send_credit(context);
  const auto outputs = context.network.activity_of(static_cast<Index>(context.network.layers().size()));
  softmax_ = (outputs.rowwise() - outputs.colwise().maxCoeff()).array().exp();
  softmax_.array().rowwise() /= softmax_.array().colwise().sum().eval();
  for (std::size_t l = 1; l <= context.network.layers().size(); ++l)
    add_change(context.network, static_cast<Index>(l), gradient);
}

template <class Scalar>
void Plasticity<Scalar>::add_change(const LayeredNetwork<Scalar>& network, Index l, ParameterSet<Scalar>& gradient) {
  const bool is_last = l == static_cast<Index>(network.layers().size());
  const LayerSource& source = network.layers()[static_cast<std::size_t>(l - 1)].sources[0];
  const auto weights = network.parameters().block(source.weights);
  const Eigen::Ref<const Matrix<Scalar>> y =
      is_last ? Eigen::Ref<const Matrix<Scalar>>(softmax_) : network.activity_of(l);
  const Eigen::Ref<const Matrix<Scalar>> y_below = network.activity_of(l - 1);
  const Matrix<Scalar>&e = credits_[static_cast<std::size_t>(l)], &e_below = credits_[static_cast<std::size_t>(l - 1)];
  const auto theta = [&](std::size_t term) { return static_cast<Scalar>(theta_[term]); };
  using Row = Eigen::Array<Scalar, 1, Eigen::Dynamic>;
  v_.noalias() = weights.transpose() * y;
  const Row s = y.colwise().sum(), q = v_.cwiseProduct(e_below).colwise().sum();
  first_.noalias() = weights * y_below;
  const Row r = first_.cwiseProduct(e).colwise().sum();
  // -ΔW = first y'ᵀ + second e'ᵀ + θ9 y vᵀ + θ3 W, see PlasticityLoop.
  const Row of_first = theta(0) + theta(5) * s + theta(7) * q, of_second = theta(1) + theta(6) * q + theta(8) * r;
  first_ = e.array().rowwise() * of_first - theta(9) * y.array();
  second_ = y.array().rowwise() * of_second + theta(2) * e.array() + theta(4);
  const auto share = 1 / static_cast<Scalar>(y.cols());
  auto change = gradient.block(source.weights);
  change.noalias() += share * first_ * y_below.transpose();
  change.noalias() += share * second_ * e_below.transpose();
  if (theta(9) != 0) change.noalias() += share * theta(9) * y * v_.transpose();
  change += theta(3) * weights;
}

template <class Scalar>
void Plasticity<Scalar>::visit_state(StateVisitor& visitor) {
  visit_feedback(feedback_, visitor);
}

template class Plasticity<float>;
template class Plasticity<double>;

}  // namespace cohort
