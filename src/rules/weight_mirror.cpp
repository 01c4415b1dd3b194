#include <cohort/rules/weight_mirror.hpp>

namespace cohort {

template <class Scalar>
Description WeightMirror<Scalar>::description() {
  Description d;
  d.name = "weight_mirror";
  d.summary = "feedback that learns the weights from what layers answer to noise";
  d.equation = "e_{l-1} = (B_lᵀ e_l) ∘ f'(z_{l-1}); noise phase: x ~ a (U(0,1) − ½), y = f(W x + b), B += ρ Σ y xᵀ";
  d.reference = "Akrout et al. 2019, arXiv:1904.05391";
  d.axes = "feedback that grows along the true weights";
  d.cost = "O(B N²) time, O(B N) memory";
  d.parameters = {ParameterInfo::number("mirror_rate", 0.01, 0, 1e6, "1", "ρ, of the sum over a mirror batch"),
                  ParameterInfo::number("noise", 0.1, 0, 1e3, "1", "a: range of the noise"),
                  ParameterInfo::integer("start", 100, 0, 1'000'000, "batches", "mirrored before the first update")};
  return d;
}

template <class Scalar>
void WeightMirror<Scalar>::begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) {
  feedback_ = random_feedback(network, stream.substream(0));
  stream_ = stream.substream(1);
  n_mirrored_ = 0;
}

template <class Scalar>
void WeightMirror<Scalar>::mirror(const LayeredNetwork<Scalar>& network, Index layer,
                                  const std::vector<Matrix<Scalar>>& noise) {
  network.run_layer(layer, noise, response_);
  auto& ways = feedback_[static_cast<std::size_t>(layer - 1)];
  for (std::size_t way = 0; way < ways.size(); ++way)
    if (ways[way].size() > 0) ways[way].noalias() += rate_ * response_ * noise[way].transpose();
}

template <class Scalar>
void WeightMirror<Scalar>::mirror_all(const LayeredNetwork<Scalar>& network, Index n_samples) {
  const RandomStream batch = stream_.substream(static_cast<std::uint64_t>(n_mirrored_++));
  for (std::size_t l = 0; l < network.layers().size(); ++l) {
    const auto& sources = network.layers()[l].sources;
    RandomStream own = batch.substream(l);
    noise_.resize(sources.size());
    for (std::size_t way = 0; way < sources.size(); ++way) {
      MatrixXd drawn(sources[way].n_read, n_samples);
      draw_uniform(own, amplitude_ / 2, drawn);
      noise_[way] = drawn.template cast<Scalar>();
    }
    mirror(network, static_cast<Index>(l) + 1, noise_);
  }
}

template <class Scalar>
void WeightMirror<Scalar>::add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  const Index n_samples = context.output_error.cols();
  while (n_mirrored_ < n_start_) mirror_all(context.network, n_samples);
  mirror_all(context.network, n_samples);
  credit_.flow(context, feedback_);
  angles_.look(context, credit_, &feedback_);
  credit_.add_gradient(context.network, gradient);
}

template class WeightMirror<float>;
template class WeightMirror<double>;

}  // namespace cohort
