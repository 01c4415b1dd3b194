#include <cohort/rules/sign_symmetry.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace cohort {
namespace {

const std::vector<std::string> kVariants{"usf", "brsf", "frsf"};  // in the order of SignMagnitude

}  // namespace

template <class Scalar>
Description SignSymmetry<Scalar>::description() {
  Description d;
  d.name = "sign_symmetry";
  d.summary = "errors come back through matrices with the signs of the forward weights";
  d.equation =
      "e_{l-1} = (B_lᵀ e_l) ∘ f'(z_{l-1}), B_l = M_l ∘ sign W_l; usf: M = √(2/(n_l + n_{l-1})); brsf and frsf: M = "
      "|U(±√(6/"
      "(n_l + n_{l-1})))|, drawn for every update or once";
  d.reference =
      "Liao, Leibo & Poggio 2016, arXiv:1510.05067; usf's magnitude: Moskovitz, Litwin-Kumar & Abbott 2018, "
      "arXiv:1812.06488";
  d.axes = "the signs of the true weights";
  d.cost = "O(B N²) time, O(B N) memory";
  d.parameters = {
      ParameterInfo::choice("variant", "usf", kVariants, "uniform, batch-random or fixed random magnitudes")};
  return d;
}

template <class Scalar>
SignSymmetry<Scalar>::SignSymmetry(const Parameters& parameters)
    : variant_(static_cast<SignMagnitude>(std::find(kVariants.begin(), kVariants.end(), parameters.text("variant")) -
                                          kVariants.begin())) {}

template <class Scalar>
void SignSymmetry<Scalar>::begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) {
  stream_ = stream;
  magnitude_ = feedback_ = random_feedback(network, stream.substream(0));
  if (variant_ != SignMagnitude::uniform) return;
  for (std::size_t l = 0; l < magnitude_.size(); ++l) {
    const Layer& layer = network.layers()[l];
    Index n_read = 0;  // through all ways with weights
    for (const LayerSource& source : layer.sources)
      if (!source.weights.empty()) n_read += source.n_read;
    for (Matrix<Scalar>& m : magnitude_[l])
      m.setConstant(static_cast<Scalar>(std::sqrt(2.0 / static_cast<double>(layer.n_units + n_read))));
  }
}

template <class Scalar>
void SignSymmetry<Scalar>::add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  const LayeredNetwork<Scalar>& network = context.network;
  if (variant_ == SignMagnitude::batch_random)
    magnitude_ = random_feedback(network, stream_.substream(1).substream(context.update));
  for (std::size_t layer = 0; layer < feedback_.size(); ++layer)
    for (std::size_t way = 0; way < feedback_[layer].size(); ++way)
      if (feedback_[layer][way].size() > 0)
        feedback_[layer][way] = magnitude_[layer][way].array().abs() *
                                network.parameters().block(network.layers()[layer].sources[way].weights).array().sign();
  credit_.flow(context, feedback_);
  angles_.look(context, credit_, &feedback_);
  credit_.add_gradient(network, gradient);
}

template class SignSymmetry<float>;
template class SignSymmetry<double>;

}  // namespace cohort
