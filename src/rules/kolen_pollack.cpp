#include <cohort/rules/kolen_pollack.hpp>

namespace cohort {

template <class Scalar>
Description KolenPollack<Scalar>::description() {
  Description d;
  d.name = "kolen_pollack";
  d.summary = "feedback that learns by the same products as the weights and decays with them, until both are alike";
  d.equation = "e_{l-1} = (B_lᵀ e_l) ∘ f'(z_{l-1}); W ← λ W − η Σ e hᵀ, B ← λ B − η Σ e hᵀ, b ← b − η Σ e";
  d.reference = "Kolen & Pollack 1994; Akrout et al. 2019, arXiv:1904.05391";
  d.axes = "feedback that converges to the true weights";
  d.cost = "O(B N²) time, O(B N) memory";
  d.parameters = {ParameterInfo::number("rate", 0.3, 0, 1e6, "1", "η of weights, feedback and biases; no optimizer"),
                  ParameterInfo::number("decay", 1, 0, 1, "1/update", "λ: what is kept of W and B at an update")};
  return d;
}

template <class Scalar>
void KolenPollack<Scalar>::add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  const LayeredNetwork<Scalar>& network = context.network;
  credit_.flow(context, feedback_);
  angles_.look(context, credit_, &feedback_);
  credit_.add_gradient(network, gradient);
  gradient.values *= rate_;
  for (std::size_t l = 0; l < feedback_.size(); ++l)
    for (std::size_t way = 0; way < feedback_[l].size(); ++way) {
      const LayerSource& source = network.layers()[l].sources[way];
      if (source.weights.empty()) continue;
      auto step = gradient.block(source.weights);
      if (feedback_[l][way].size() > 0) feedback_[l][way] = decay_ * feedback_[l][way] - step;
      step += (1 - decay_) * network.parameters().block(source.weights);
    }
}

template class KolenPollack<float>;
template class KolenPollack<double>;

}  // namespace cohort
