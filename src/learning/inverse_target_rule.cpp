#include <cohort/learning/inverse_target_rule.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <type_traits>

namespace cohort {
namespace {

const LayerSource& only_source(const Layer& layer) { return layer.sources.front(); }

}  // namespace

std::vector<ParameterInfo> InverseTargetOptions::parameters(double lambda) {
  return {ParameterInfo::number("gamma", 1e-3, 1e-12, 1, "1", "γ: step towards the target, of the literal form"),
          ParameterInfo::choice("form", "difference", {"difference", "literal"},
                                "what comes down: the difference to the target for γ → 0, or the target itself"),
          ParameterInfo::number("lambda", lambda, 0, 1e9, "1", "λ of the penalty λ |offdiag(WᵀW)|²")};
}

InverseTargetOptions InverseTargetOptions::from(TargetStep step, const Parameters& parameters) {
  return {step, parameters.text("form") == "literal" ? TargetForm::literal : TargetForm::difference,
          parameters.number("gamma"), parameters.number("lambda")};
}

template <class Scalar>
void InverseTargetRule<Scalar>::check(const LayeredNetwork<Scalar>& network) const {
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    const Layer& layer = network.layers()[i];
    const LayerSource& source = only_source(layer);
    if (layer.sources.size() > 1)
      throw UserError("exact inverses need one way into every layer", fmt::format("layer {} has a skip", i + 1));
    if (source.n_read != layer.n_units)
      throw UserError("exact inverses need square weights, as square and tower have",
                      fmt::format("{} is {} x {}", source.weights, layer.n_units, source.n_read));
    if (!network.is_invertible(static_cast<Index>(i) + 1))
      throw UserError("exact inverses need an activation that has one, as leaky_relu");
  }
}

template <class Scalar>
void InverseTargetRule<Scalar>::begin(const LayeredNetwork<Scalar>& network, const RandomStream&) {
  const std::size_t n_layers = network.layers().size();
  is_orthogonal_.assign(n_layers, false);
  credits_.resize(n_layers);
  if (options_.form == TargetForm::difference) return;
  targets_.resize(n_layers);
  exact_ = network.in_double();
}

template <class Scalar>
void InverseTargetRule<Scalar>::add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  weigh(context.network, gradient);
  if (options_.form == TargetForm::difference)
    propagate_differences(context);
  else
    propagate_targets(context);
  credit_.give(context, credits_);
  credit_.add_gradient(context.network, gradient);
}

template <class Scalar>
void InverseTargetRule<Scalar>::weigh(const LayeredNetwork<Scalar>& network, ParameterSet<Scalar>& gradient) {
  orthogonality_ = 0;
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    const std::string& name = only_source(network.layers()[i]).weights;
    const auto weights = network.parameters().block(name);
    const Index n = weights.rows();
    gram_.setZero(n, n);
    gram_.template selfadjointView<Eigen::Lower>().rankUpdate(weights.transpose());
    const double of_diagonal = static_cast<double>((gram_.diagonal().array() - 1).square().sum());
    gram_.diagonal().setZero();
    const double beside_it = 2 * static_cast<double>(gram_.squaredNorm());  // its upper half is zero
    const double round_off = 16 * static_cast<double>(std::numeric_limits<Scalar>::epsilon());
    is_orthogonal_[i] = std::sqrt(of_diagonal + beside_it) < round_off * std::sqrt(static_cast<double>(n));
    orthogonality_ += beside_it;
    if (options_.lambda == 0) continue;
    gradient.block(name).noalias() +=
        static_cast<Scalar>(4 * options_.lambda) * weights * gram_.template selfadjointView<Eigen::Lower>();
  }
}

template <class Scalar>
void InverseTargetRule<Scalar>::propagate_differences(const LayeredContext<Scalar>& context) {
  const LayeredNetwork<Scalar>& network = context.network;
  const auto& layers = network.layers();
  Matrix<Scalar>& top = credits_.back();
  top.setZero(layers.back().n_units, context.output_error.cols());
  top.topRows(context.output_error.rows()) = context.output_error;
  for (std::size_t i = layers.size() - 1; i > 0; --i) {
    const LayerSource& source = only_source(layers[i]);
    const auto slope = network.slope_of(static_cast<Index>(i) + 1);
    if (options_.step == TargetStep::gait)
      local_ = credits_[i].array() * slope.array();
    else
      local_ = credits_[i].array() / slope.array();
    inverse_.take(network.parameters().block(source.weights), is_orthogonal_[i], source.weights);
    inverse_.solve(local_, below_);
    credits_[i - 1].setZero(layers[i - 1].n_units, below_.cols());
    credits_[i - 1].topRows(below_.rows()) = below_;
  }
}

template <class Scalar>
void InverseTargetRule<Scalar>::propagate_targets(const LayeredContext<Scalar>& context) {
  const auto n_layers = static_cast<Index>(targets_.size());
  const auto inputs = context.network.activity_of(0);
  exact_->parameters().values = context.network.parameters().values.template cast<double>();
  exact_inputs_.setOnes(inputs.rows() + 1, inputs.cols());
  exact_inputs_.topRows(inputs.rows()) = inputs.template cast<double>();
  exact_->forward(exact_inputs_, inputs.cols());
  targets_.back() = exact_->activity_of(n_layers);
  targets_.back().topRows(context.output_error.rows()) -=
      context.total_weight * context.output_error.template cast<double>();
  double multiplier = 1 / context.total_weight;
  for (Index layer = n_layers; layer >= 1; --layer) {
    const MatrixXd& target = targets_[static_cast<std::size_t>(layer - 1)];
    credits_[static_cast<std::size_t>(layer - 1)] =
        (multiplier * (exact_->activity_of(layer) - target)).template cast<Scalar>();
    if (layer > 1) write_target_below(layer, target);
    if (options_.step != TargetStep::whole) multiplier /= options_.gamma;
  }
}

template <class Scalar>
void InverseTargetRule<Scalar>::write_target_below(Index layer, const MatrixXd& target) {
  const Layer& own = exact_->layers()[static_cast<std::size_t>(layer - 1)];
  const LayerSource& source = only_source(own);
  const auto activity = exact_->activity_of(layer), slopes = exact_->slope_of(layer);
  const auto h = activity.array(), slope = slopes.array();
  const auto t = target.array();
  if (options_.step == TargetStep::whole)
    mixed_ = target;
  else if (options_.step == TargetStep::incremental)
    mixed_ = (1 - options_.gamma) * h + options_.gamma * t;
  else
    mixed_ = (1 - options_.gamma * slope.square()) * h + options_.gamma * slope.square() * t;
  exact_->invert_activation(layer, mixed_, drive_);
  if (!own.bias.empty()) drive_.colwise() -= exact_->parameters().block(own.bias).col(0);
  const bool is_orthogonal = std::is_same_v<Scalar, double> && is_orthogonal_[static_cast<std::size_t>(layer - 1)];
  exact_inverse_.take(exact_->parameters().block(source.weights), is_orthogonal, source.weights);
  exact_inverse_.solve(drive_, below_exactly_);
  MatrixXd& below = targets_[static_cast<std::size_t>(layer - 2)];
  below = exact_->activity_of(layer - 1);
  below.topRows(below_exactly_.rows()) = below_exactly_;
}

template <class Scalar>
std::vector<RuleCurve> InverseTargetRule<Scalar>::curves() const {
  const char* const prefix = options_.step == TargetStep::gait          ? "gait_prop"
                             : options_.step == TargetStep::incremental ? "incremental_target_propagation"
                                                                        : "target_propagation";
  return {{fmt::format("{}_orthogonality", prefix), "|offdiag(WᵀW)|², summed over the layers", "1"}};
}

template class InverseTargetRule<float>;
template class InverseTargetRule<double>;

}  // namespace cohort
