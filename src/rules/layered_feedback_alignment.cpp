#include <cohort/rules/layered_feedback_alignment.hpp>

namespace cohort {

template <class Scalar>
Description LayeredFeedbackAlignment<Scalar>::description() {
  Description d;
  d.name = "feedback_alignment";
  d.summary = "backprop whose errors come back through fixed random matrices";
  d.equation = "e_{l-1} = (B_lᵀ e_l) ∘ f'(z_{l-1}), B_l ~ U(±√(6/(n_l + n_{l-1}))), never learned";
  d.reference = "Lillicrap et al. 2016, doi:10.1038/ncomms13276";
  d.axes = "random feedback from layer to layer";
  d.cost = "O(B N²) time, O(B N) memory";
  return d;
}

template class LayeredFeedbackAlignment<float>;
template class LayeredFeedbackAlignment<double>;

}  // namespace cohort
