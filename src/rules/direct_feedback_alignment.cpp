#include <cohort/rules/direct_feedback_alignment.hpp>

#include <cmath>
#include <string>

namespace cohort {

template <class Scalar>
Description DirectFeedbackAlignment<Scalar>::description() {
  Description d;
  d.name = "direct_feedback_alignment";
  d.summary = "every layer is sent the output's error through a fixed random matrix of its own";
  d.equation = "e_l = (B_lᵀ e_L) ∘ f'(z_l), B_l [n_out x n_l] ~ U(±1/√n_l), never learned";
  d.reference = "Nøkland 2016, arXiv:1609.01596";
  d.axes = "random feedback from the output to each layer";
  d.cost = "O(B N²) time, O(B N) memory; no credit passes between hidden layers";
  return d;
}

template <class Scalar>
void DirectFeedbackAlignment<Scalar>::begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) {
  feedback_.clear();
  for (std::size_t i = 0; i + 1 < network.layers().size(); ++i) {
    const Index n_units = network.layers()[i].n_units;
    feedback_.push_back(random_matrix<Scalar>(network.n_outputs(), n_units, 1 / std::sqrt(static_cast<double>(n_units)),
                                              stream.substream(i)));
  }
}

template <class Scalar>
void DirectFeedbackAlignment<Scalar>::visit_state(StateVisitor& visitor) {
  for (std::size_t i = 0; i < feedback_.size(); ++i) visitor.visit("B_" + std::to_string(i + 1), feedback_[i]);
}

template class DirectFeedbackAlignment<float>;
template class DirectFeedbackAlignment<double>;

}  // namespace cohort
