#include <cohort/rules/rtrl.hpp>

#include <cohort/network/drive_reach.hpp>
#include <cohort/learning/influence_matrix.hpp>

#include <numeric>

namespace cohort {

template <class Scalar>
Description Rtrl<Scalar>::description() {
  Description d;
  d.name = "rtrl";
  d.summary = "real-time recurrent learning: the exact gradient, forward in time";
  d.equation = "M_t = J_t M_{t-1} + I_t; dθ = Σ_t L_tᵀ M_t, L_t = B e_t";
  d.reference = "Williams & Zipser 1989, doi:10.1162/neco.1989.1.2.270";
  d.axes = "everything; with every=k the influence of the past is carried across updates";
  d.cost = "O(N⁴) time per trial and step, O(N³) memory (per trial with every=k)";
  ForwardMode<Scalar>::describe(d);
  return d;
}

template <class Scalar>
Rtrl<Scalar>::Rtrl(const Parameters& parameters) : forward_(parameters) {}

template <class Scalar>
RuleTraits Rtrl<Scalar>::traits() const {
  return {.relative_cost = InfluenceMatrix<Scalar>::relative_cost(static_cast<double>(n_units_)),
          .steps_per_update = forward_.steps_per_update(),
          .is_exact = forward_.feedback() == FeedbackKind::symmetric};
}

template <class Scalar>
void Rtrl<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  n_units_ = network.n_units();
  forward_.begin(network, stream, [](const InfluenceLayout& layout) {
    std::vector<Index> all(static_cast<std::size_t>(layout.n_units));
    std::iota(all.begin(), all.end(), Index{0});
    return std::make_unique<InfluenceMatrix<Scalar>>(layout, std::vector(all.size(), all));
  });
}

template <class Scalar>
void Rtrl<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  forward_.add_gradient(context, gradient);
}

template class Rtrl<float>;
template class Rtrl<double>;

}  // namespace cohort
