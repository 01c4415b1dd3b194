#include <cohort/rules/snap.hpp>

#include <cohort/network/drive_reach.hpp>
#include <cohort/learning/influence_matrix.hpp>
#include <cohort/learning/self_influence.hpp>

namespace cohort {
namespace {

using Mask = Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic>;

/// Which unit (row) hears which (column), through any drive. A connection exists if its parameter has any effect; of a
/// matrix of low rank all do.
template <class Scalar>
Mask connections(const RecurrentNetwork<Scalar>& network) {
  const ParameterSet<Scalar> reach = drive_reach(network);
  Mask result = Mask::Constant(network.n_units(), network.n_units(), false);
  for (const ParameterBlock& block : reach.layout.blocks()) {
    if (block.role == ParameterRole::recurrent) result = result || reach.block(block.name).array() != 0;
    if (block.role == ParameterRole::recurrent_left) result.setConstant(true);
  }
  return result;
}

constexpr double kCostOfOne = 15;      // in forward passes
constexpr double kGuessedUnits = 100;  // what a guess of the cost assumes before the network is known

}  // namespace

template <class Scalar>
Description Snap<Scalar>::description() {
  Description d;
  d.name = "snap";
  d.summary = "SnAp-n: real-time recurrent learning that forgets influence over n or more connections";
  d.equation = "M_t = (J_t M_{t-1} + I_t) ∘ P_n, P_n: units reached through < n connections; dθ = Σ_t L_tᵀ M_t";
  d.reference = "Menick et al. 2021, arXiv:2006.07232";
  d.axes = "credit over paths of fewer than n existing connections; all of it for n >= 2 without sparsity";
  d.cost =
      "O(Σ r_i² N) time per trial and step, O(Σ r_i N) memory, r_i the units reached from unit i: O(N²) for n=1, "
      "rtrl's for n=2 without sparsity";
  d.parameters = {ParameterInfo::integer("n", 1, 1, 1000, "connections", "influence over this many is forgotten")};
  ForwardMode<Scalar>::describe(d);
  return d;
}

template <class Scalar>
Snap<Scalar>::Snap(const Parameters& parameters)
    : n_(parameters.integer("n")),
      forward_(parameters),
      relative_cost_(n_ == 1 ? kCostOfOne : InfluenceMatrix<Scalar>::relative_cost(kGuessedUnits)) {}

template <class Scalar>
std::vector<std::vector<Index>> Snap<Scalar>::reached_units(const RecurrentNetwork<Scalar>& network, Index n) {
  const Index n_units = network.n_units();
  const Mask heard = connections(network);
  Mask reached = Mask::Constant(n_units, n_units, false);
  reached.matrix().diagonal().setConstant(true);
  for (Index hop = 1; hop < n; ++hop) {
    Mask next = reached;
    for (Index from = 0; from < n_units; ++from)
      for (Index through = 0; through < n_units; ++through)
        if (reached(through, from)) next.col(from) = next.col(from) || heard.col(through);
    if ((next == reached).all()) break;
    reached = next;
  }
  std::vector<std::vector<Index>> result(static_cast<std::size_t>(n_units));
  for (Index from = 0; from < n_units; ++from)
    for (Index to = 0; to < n_units; ++to)
      if (reached(to, from)) result[static_cast<std::size_t>(from)].push_back(to);
  return result;
}

template <class Scalar>
void Snap<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  const auto reached = reached_units(network, n_);
  double cost = 0;
  for (const auto& list : reached) cost += InfluenceMatrix<Scalar>::relative_cost(static_cast<double>(list.size()));
  if (n_ > 1) relative_cost_ = kCostOfOne + cost / static_cast<double>(reached.size());
  forward_.begin(network, stream, [reached, n = n_](const InfluenceLayout& layout) {
    return n == 1 ? std::unique_ptr<Influence<Scalar>>(std::make_unique<SelfInfluence<Scalar>>(layout))
                  : std::make_unique<InfluenceMatrix<Scalar>>(layout, reached);
  });
}

template <class Scalar>
void Snap<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  forward_.add_gradient(context, gradient);
}

template class Snap<float>;
template class Snap<double>;

}  // namespace cohort
