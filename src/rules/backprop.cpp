#include <cohort/rules/backprop.hpp>

namespace cohort {

template <class Scalar>
Description Backprop<Scalar>::description() {
  Description d;
  d.name = "backprop";
  d.is_reference = true;
  d.summary = "backpropagation through layers: the gradient of the loss";
  d.equation = "e_{l-1} = (W_lᵀ e_l) ∘ f'(z_{l-1}), e_L = dE/dy; dE/dW_l = Σ e_l h_{l-1}ᵀ";
  d.reference = "Rumelhart, Hinton & Williams 1986, doi:10.1038/323533a0";
  d.axes = "nothing left out";
  d.cost = "O(B N²) time, O(B N) memory";
  return d;
}

template class Backprop<float>;
template class Backprop<double>;

}  // namespace cohort
