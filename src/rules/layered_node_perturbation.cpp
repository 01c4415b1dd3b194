#include <cohort/rules/layered_node_perturbation.hpp>

#include <cohort/learning/layered_cost.hpp>

namespace cohort {

template <class Scalar>
Description LayeredNodePerturbation<Scalar>::description() {
  Description d;
  d.name = "node_perturbation";
  d.summary = "passes the batch again with noise on hidden units and follows what lowered the loss";
  d.equation = "dE/dh_l = ΔE/σ ξ_l of each trial, ΔE = E(h + σξ) - E; exact output layer";
  d.reference = "Fiete & Seung 2006, doi:10.1103/PhysRevLett.97.048104";
  d.parameters = {ParameterInfo::number("sigma", 1e-2, 1e-9, 1e6, "1", "σ of the noise on hidden activities"),
                  ParameterInfo::integer("samples", 1, 1, 1'000'000, "1", "draws of the noise averaged in an update"),
                  ParameterInfo::flag("antithetic", false, "pass every draw with both signs")};
  d.axes = "unbiased in the limit of small noise, random direction per unit; exact output layer";
  d.cost = "samples forward passes (twice that if antithetic); O(B N) memory";
  return d;
}

template <class Scalar>
LayeredNodePerturbation<Scalar>::LayeredNodePerturbation(const Parameters& parameters)
    : sigma_(parameters.number("sigma")),
      samples_(parameters.integer("samples")),
      antithetic_(parameters.flag("antithetic")) {}

template <class Scalar>
RuleTraits LayeredNodePerturbation<Scalar>::traits() const {
  return {.relative_cost = static_cast<double>(samples_ * (antithetic_ ? 2 : 1)) + 2, .is_passive = false};
}

template <class Scalar>
void LayeredNodePerturbation<Scalar>::draw_noise(const LayeredContext<Scalar>& context, Index sample) {
  const auto& layers = context.network.layers();
  const RandomStream of_sample = stream_.substream(context.update).substream(static_cast<std::uint64_t>(sample));
  noise_.resize(layers.size());
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    RandomStream own = of_sample.substream(i);
    MatrixXd drawn(layers[i].n_units, context.output_error.cols());
    draw_normal(own, 1, drawn);
    noise_[i] = drawn.template cast<Scalar>();
  }
}

template <class Scalar>
VectorXd LayeredNodePerturbation<Scalar>::disturbed_costs(const LayeredContext<Scalar>& context, Scalar factor) {
  const LayeredNetwork<Scalar>& network = context.network;
  activities_.resize(network.layers().size());
  for (std::size_t i = 0; i < activities_.size(); ++i) {
    const auto& ways = network.layers()[i].sources;
    sources_.resize(ways.size());
    for (std::size_t way = 0; way < ways.size(); ++way) {
      const Index layer = ways[way].layer;
      if (layer == 0)
        sources_[way] = network.activity_of(0).topRows(ways[way].n_read);
      else
        sources_[way] = activities_[static_cast<std::size_t>(layer - 1)].topRows(ways[way].n_read);
    }
    network.run_layer(static_cast<Index>(i) + 1, sources_, activities_[i]);
    if (i + 1 < activities_.size()) activities_[i] += factor * noise_[i];
  }
  const Matrix<Scalar> outputs = activities_.back().topRows(network.n_outputs());
  return layered_costs<Scalar>(context, outputs, [&](Index layer) -> Eigen::Ref<const Matrix<Scalar>> {
    return activities_[static_cast<std::size_t>(layer - 1)];
  });
}

template <class Scalar>
void LayeredNodePerturbation<Scalar>::add_gradient(const LayeredContext<Scalar>& context,
                                                   ParameterSet<Scalar>& gradient) {
  const VectorXd undisturbed = layered_costs<Scalar>(context, context.activity.outputs,
                                                     [&](Index layer) { return context.network.activity_of(layer); });
  const auto& layers = context.network.layers();
  const auto sigma = static_cast<Scalar>(sigma_);
  credits_.resize(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) credits_[i].setZero(layers[i].n_units, context.output_error.cols());
  for (Index sample = 0; sample < samples_; ++sample) {
    draw_noise(context, sample);
    VectorXd slope = disturbed_costs(context, sigma);
    slope = antithetic_ ? VectorXd((slope - disturbed_costs(context, -sigma)) / 2) : VectorXd(slope - undisturbed);
    slope /= sigma_ * static_cast<double>(samples_);
    for (std::size_t i = 0; i + 1 < layers.size(); ++i)
      for (Index column = 0; column < credits_[i].cols(); ++column)
        credits_[i].col(column) += static_cast<Scalar>(slope[column % context.batch.n_trials]) * noise_[i].col(column);
  }
  credits_.back().topRows(context.output_error.rows()) = context.output_error;
  LayeredContext<Scalar> costs = context;  // of which the regularizers are a part already, but for the output layer
  costs.direct = {};
  if (!context.direct.is_zero()) add_direct_to_output(context);
  credit_.give(costs, credits_);
  credit_.add_gradient(context.network, gradient);
}

template <class Scalar>
void LayeredNodePerturbation<Scalar>::add_direct_to_output(const LayeredContext<Scalar>& context) {
  const auto n_layers = static_cast<Index>(credits_.size());
  const Index first = context.network.n_units() - credits_.back().rows();
  add_direct_credit<Scalar>(context, first, context.network.activity_of(n_layers), credits_.back());
}

template class LayeredNodePerturbation<float>;
template class LayeredNodePerturbation<double>;

}  // namespace cohort
