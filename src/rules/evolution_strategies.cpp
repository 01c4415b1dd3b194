#include <cohort/rules/evolution_strategies.hpp>

#include <cohort/core/normal_fill.hpp>
#include <cohort/network/drive_reach.hpp>
#include <cohort/learning/trial_cost.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace cohort {

std::vector<double> centred_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size(), 0);
  if (values.size() < 2) return ranks;
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double mean = static_cast<double>(first + end - 1) / 2;
    for (std::size_t i = first; i < end; ++i) ranks[order[i]] = mean / static_cast<double>(values.size() - 1) - 0.5;
    first = end;
  }
  return ranks;
}

template <class Scalar>
Description EvolutionStrategies<Scalar>::description() {
  Description d;
  d.name = "evolution_strategies";
  d.summary = "tries pairs of opposite parameter changes and follows those of low rank in loss";
  d.equation = "g = 1/(nσ) Σ_i (s_i⁺ - s_i⁻)/2 ξ_i, s = rank of E(θ ± σξ_i) in [-1/2, 1/2], ξ ~ N(0,1)";
  d.reference = "Salimans et al. 2017, arXiv:1703.03864";
  d.parameters = {
      ParameterInfo::number("sigma", 2e-2, 1e-9, 1e6, "1", "σ, how far parameters are moved"),
      ParameterInfo::integer("population", 16, 1, 1'000'000, "pairs", "n, pairs of changes tried in an update")};
  d.axes = "all paths, random directions over all parameters, shaped by rank";
  d.cost = "2 population forward passes";
  return d;
}

template <class Scalar>
EvolutionStrategies<Scalar>::EvolutionStrategies(const Parameters& parameters)
    : sigma_(parameters.number("sigma")), population_(parameters.integer("population")), stream_("rule", "", 0) {}

template <class Scalar>
void EvolutionStrategies<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  stream_ = stream;
  effective_ = effective_parameters(network);
  direction_.resize(effective_.size());
}

template <class Scalar>
void EvolutionStrategies<Scalar>::draw(std::uint64_t update, Index pair) {
  fill_normal(stream_.substream(update), static_cast<std::uint64_t>(pair), direction_.data(), direction_.size());
  direction_.array() *= effective_.array();
}

template <class Scalar>
void EvolutionStrategies<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  RecurrentNetwork<Scalar>& network = context.network;
  start_ = network.parameters().values;
  std::vector<double> costs;
  for (Index pair = 0; pair < population_; ++pair) {
    draw(context.update, pair);
    for (const double step : {sigma_, -sigma_}) {
      network.parameters().values = start_ + static_cast<Scalar>(step) * direction_;
      const double cost = disturbed_cost(context, network);
      costs.push_back(std::isfinite(cost) ? cost : std::numeric_limits<double>::infinity());
    }
  }
  network.parameters().values = start_;
  const std::vector<double> ranks = centred_ranks(costs);
  for (Index pair = 0; pair < population_; ++pair) {
    draw(context.update, pair);  // drawn again, not kept: memory stays that of one direction
    const auto i = static_cast<std::size_t>(2 * pair);
    const double share = (ranks[i] - ranks[i + 1]) / (2 * sigma_ * static_cast<double>(population_));
    gradient.values += static_cast<Scalar>(share) * direction_;
  }
}

template class EvolutionStrategies<float>;
template class EvolutionStrategies<double>;

}  // namespace cohort
