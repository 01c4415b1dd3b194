#include <cohort/rules/difference_target_propagation.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/learning/optimizers.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {

template <class Scalar>
Description DifferenceTargetPropagation<Scalar>::description() {
  Description d;
  d.name = "difference_target_propagation";
  d.summary = "every layer moves towards a target that comes down through learned inverses";
  d.equation =
      "t_{l-1} = h_{l-1} + g_l(t_l) − g_l(h_l), g_l(h) = tanh(V_l h + c_l); E_l = |h_l − t_l|²; t_{L-1} = h_{L-1} − η₀ "
      "dE/dh_{L-1}, or t_L = h_L − η₀ dE/dh_L of the batch's sum; inverses: |g_l(f_l(h + ε)) − (h + ε)|²";
  d.version = 2;
  d.reference =
      "Lee, Zhang, Fischer & Bengio 2015, arXiv:1412.7525; start=output: Meulemans et al. 2020, "
      "arXiv:2006.14331; fixed_random: Shibuya et al. 2023, arXiv:2206.10192";
  d.axes = "targets in place of errors, through learned inverses";
  d.cost = "O(B N²) time, O(B N) memory";
  d.parameters = {
      ParameterInfo::number("eta0", 0.3277, 0, 1e6, "1", "η₀: how far the first target lies down the gradient"),
      ParameterInfo::choice("start", "penultimate", {"penultimate", "output"}, "the layer that has the first target"),
      ParameterInfo::choice("inverses", "learned", {"learned", "fixed_random"}, "what targets come down through"),
      ParameterInfo::number("sigma", 0.3598, 0, 1e3, "1", "standard deviation of ε, in units of the activity"),
      ParameterInfo::variant("inverse_optimizer", "adam/rate=2e-3", "of the inverses"),
      ParameterInfo::integer("head_start", 0, 0, 1'000'000'000, "updates", "in which only the inverses learn")};
  return d;
}

template <class Scalar>
DifferenceTargetPropagation<Scalar>::DifferenceTargetPropagation(const Parameters& parameters)
    : eta_(parameters.number("eta0")),
      sigma_(parameters.number("sigma")),
      starts_at_output_(parameters.text("start") == "output"),
      learns_inverses_(parameters.text("inverses") == "learned"),
      head_start_(parameters.integer("head_start")),
      optimizer_(optimizers<Scalar>().make(parameters.variant("inverse_optimizer"))) {}

template <class Scalar>
void DifferenceTargetPropagation<Scalar>::check(const LayeredNetwork<Scalar>& network) const {
  if (network.layers().size() < 2)
    throw UserError("difference_target_propagation has nothing to give a target to", "the network has no hidden layer",
                    "Give it one, as in mlp/hidden=100.");
}

template <class Scalar>
Index DifferenceTargetPropagation<Scalar>::top(const LayeredNetwork<Scalar>& network) const {
  const auto n_layers = static_cast<Index>(network.layers().size());
  return starts_at_output_ ? n_layers : n_layers - 1;
}

template <class Scalar>
void DifferenceTargetPropagation<Scalar>::begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) {
  stream_ = stream.substream(1);
  ways_.clear();
  ParameterLayout layout;
  for (Index l = 2; l <= top(network); ++l) {
    const Layer& layer = network.layers()[static_cast<std::size_t>(l - 1)];
    for (std::size_t way = 0; way < layer.sources.size(); ++way) {
      const LayerSource& source = layer.sources[way];
      if (source.layer == 0 || source.weights.empty()) continue;
      const std::string name = way == 0 ? fmt::format("{}", l) : fmt::format("{}.{}", l, way);
      ways_.push_back({l, static_cast<Index>(way), source.layer, "V_" + name, "c_" + name});
      layout.add(ways_.back().weights, ParameterRole::hidden, source.n_read, layer.n_units);
      layout.add(ways_.back().bias, ParameterRole::bias, source.n_read, 1);
    }
  }
  inverses_ = inverse_gradient_ = ParameterSet<Scalar>(layout);
  constexpr double kSmall = 1e-3;
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    auto weights = inverses_.block(ways_[i].weights);
    const double limit =
        learns_inverses_ ? std::sqrt(6.0 / static_cast<double>(weights.rows() + weights.cols())) : kSmall;
    weights = random_matrix<Scalar>(weights.rows(), weights.cols(), limit, stream.substream(0).substream(i));
  }
}

template <class Scalar>
void DifferenceTargetPropagation<Scalar>::apply(const Inverse& inverse, const Matrix<Scalar>& activity,
                                                Matrix<Scalar>& result) const {
  result.noalias() = inverses_.block(inverse.weights) * activity;
  if (learns_inverses_) result.colwise() += inverses_.block(inverse.bias).col(0);
  result = result.array().tanh();
}

template <class Scalar>
void DifferenceTargetPropagation<Scalar>::find_steps(const LayeredContext<Scalar>& context) {
  const LayeredNetwork<Scalar>& network = context.network;
  const auto& layers = network.layers();
  const Index n_layers = static_cast<Index>(layers.size()), first = top(network);
  steps_.resize(layers.size());
  const auto step = [&](Index layer) -> Matrix<Scalar>& { return steps_[static_cast<std::size_t>(layer - 1)]; };
  const auto eta = static_cast<Scalar>(eta_);
  const Index n_outputs = context.output_error.rows(), n_columns = context.output_error.cols();
  if (starts_at_output_) {
    step(n_layers).setZero(layers.back().n_units, n_columns);
    step(n_layers).topRows(n_outputs) = -eta * static_cast<Scalar>(context.total_weight) * context.output_error;
  } else {
    const LayerSource& last = layers.back().sources[0];
    response_ = context.output_error.cwiseProduct(network.slope_of(n_layers).topRows(n_outputs));
    step(first).setZero(layers[static_cast<std::size_t>(first - 1)].n_units, n_columns);
    step(first).topRows(last.n_read).noalias() =
        -eta * (network.parameters().block(last.weights).topRows(n_outputs).transpose() * response_);
  }
  for (Index k = first - 1; k >= 1; --k) {
    step(k).setZero(layers[static_cast<std::size_t>(k - 1)].n_units, context.output_error.cols());
    Index n_ways = 0;
    for (const Inverse& inverse : ways_) {
      if (inverse.source != k) continue;
      before_ = network.activity_of(inverse.layer);
      target_ = before_ + step(inverse.layer);
      apply(inverse, target_, after_);
      apply(inverse, before_, response_);
      step(k).topRows(after_.rows()) += after_ - response_;
      ++n_ways;
    }
    for (Index l = k + 1; l <= first; ++l)
      for (const LayerSource& source : layers[static_cast<std::size_t>(l - 1)].sources)
        if (source.layer == k && source.weights.empty()) {
          step(k) += step(l);
          ++n_ways;
        }
    if (n_ways > 1) step(k) /= static_cast<Scalar>(n_ways);
  }
}

template <class Scalar>
void DifferenceTargetPropagation<Scalar>::add_inverse_gradient(const LayeredNetwork<Scalar>& network,
                                                               const std::vector<Matrix<Scalar>>& noise,
                                                               double total_weight, ParameterSet<Scalar>& gradient) {
  double sum = 0;
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    const Inverse& inverse = ways_[i];
    const Layer& layer = network.layers()[static_cast<std::size_t>(inverse.layer - 1)];
    sources_.resize(layer.sources.size());
    for (std::size_t way = 0; way < sources_.size(); ++way)
      sources_[way] = network.activity_of(layer.sources[way].layer).topRows(layer.sources[way].n_read);
    Matrix<Scalar>& source = sources_[static_cast<std::size_t>(inverse.way)];
    source += noise[i];
    network.run_layer(inverse.layer, sources_, response_);
    apply(inverse, response_, after_);
    target_ = after_ - source;
    sum += static_cast<double>(target_.squaredNorm());
    target_.array() *= (1 - after_.array().square()) * static_cast<Scalar>(2 / total_weight);
    gradient.block(inverse.weights).noalias() += target_ * response_.transpose();
    gradient.block(inverse.bias) += target_.rowwise().sum();
  }
  reconstruction_error_ = sum / total_weight;
}

template <class Scalar>
void DifferenceTargetPropagation<Scalar>::learn_inverses(const LayeredContext<Scalar>& context) {
  const RandomStream of_update = stream_.substream(context.update);
  noise_.resize(ways_.size());
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    RandomStream own = of_update.substream(i);
    MatrixXd drawn(inverses_.block(ways_[i].weights).rows(), context.output_error.cols());
    draw_normal(own, sigma_, drawn);
    noise_[i] = drawn.template cast<Scalar>();
  }
  inverse_gradient_.values.setZero();
  add_inverse_gradient(context.network, noise_, static_cast<double>(context.output_error.cols()), inverse_gradient_);
  if (learns_inverses_) optimizer_->update(inverses_.values, inverse_gradient_.values);
}

template <class Scalar>
void DifferenceTargetPropagation<Scalar>::add_gradient(const LayeredContext<Scalar>& context,
                                                       ParameterSet<Scalar>& gradient) {
  is_head_start_ = context.update < static_cast<std::uint64_t>(head_start_);
  if (!is_head_start_) {
    find_steps(context);
    const auto scale = static_cast<Scalar>(-2 / context.total_weight);
    local_.resize(steps_.size());
    for (std::size_t i = 0; i < steps_.size(); ++i) local_[i] = scale * steps_[i];
    if (!starts_at_output_) local_.back() = context.output_error;
    credit_.give(context, local_);
    angles_.look(context, credit_);
    credit_.add_gradient(context.network, gradient);
  }
  learn_inverses(context);
}

template <class Scalar>
void DifferenceTargetPropagation<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit("inverses", inverses_.values);
  visitor.visit_part("optimizer", *optimizer_);
}

template <class Scalar>
std::vector<RuleCurve> DifferenceTargetPropagation<Scalar>::curves() const {
  return angles_.curves(
      {{"dtp_reconstruction_error", "mean over the batch of |g(f(h + ε)) - (h + ε)|², summed over the inverses", "1"}});
}

template class DifferenceTargetPropagation<float>;
template class DifferenceTargetPropagation<double>;

}  // namespace cohort
