#include <cohort/learning/layer_credit.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {

template <class Scalar>
void add_direct_credit(const LayeredContext<Scalar>& context, Index first, const Eigen::Ref<const Matrix<Scalar>>& h,
                       Matrix<Scalar>& credit) {
  const DirectCredit<Scalar>& direct = context.direct;
  if (direct.rate_weight != 0) credit += direct.rate_weight * h;
  if (direct.offset.size() > 0) credit.colwise() += direct.offset.segment(first, h.rows());
  if (direct.trial_offset.size() == 0) return;
  const Index n_trials = context.activity.n_trials;
  for (Index step = 0; step < context.activity.n_steps; ++step)
    credit.middleCols(step * n_trials, n_trials) += direct.trial_offset.middleRows(first, h.rows());
}

template <class Scalar>
void LayerCredit<Scalar>::resize(std::size_t n_layers) {
  credits_.resize(n_layers);
  activities_.resize(n_layers);
}

template <class Scalar>
void LayerCredit<Scalar>::start(const LayeredContext<Scalar>& context, const Matrix<Scalar>& output_credit) {
  const auto& layers = context.network.layers();
  resize(layers.size());
  Index first = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto h = context.network.activity_of(static_cast<Index>(i) + 1);
    if (i + 1 == layers.size() && output_credit.rows() == h.rows()) {
      activities_[i] = output_credit;
    } else {
      activities_[i].setZero(h.rows(), h.cols());
      if (i + 1 == layers.size()) activities_[i].topRows(output_credit.rows()) = output_credit;  // the rest: auxiliary
    }
    if (!context.direct.is_zero()) add_direct_credit<Scalar>(context, first, h, activities_[i]);
    first += h.rows();
  }
}

template <class Scalar>
template <class MatrixOf>
void LayerCredit<Scalar>::flow_through(const LayeredContext<Scalar>& context, const MatrixOf& matrix_of) {
  start(context, context.output_error);
  const auto& layers = context.network.layers();
  for (std::size_t i = layers.size(); i-- > 0;) {
    credits_[i] = activities_[i].cwiseProduct(context.network.slope_of(static_cast<Index>(i) + 1));
    for (std::size_t way = 0; way < layers[i].sources.size(); ++way) {
      const LayerSource& source = layers[i].sources[way];
      if (source.layer == 0) continue;
      auto below = activities_[static_cast<std::size_t>(source.layer - 1)].topRows(source.n_read);
      if (source.weights.empty())
        below += activities_[i];
      else
        below.noalias() += matrix_of(i, way).transpose() * credits_[i];
    }
  }
}

template <class Scalar>
void LayerCredit<Scalar>::flow(const LayeredContext<Scalar>& context, const Feedback& feedback) {
  flow_through(context,
               [&](std::size_t layer, std::size_t way) -> const Matrix<Scalar>& { return feedback[layer][way]; });
}

template <class Scalar>
void LayerCredit<Scalar>::flow(const LayeredContext<Scalar>& context) {
  const LayeredNetwork<Scalar>& network = context.network;
  flow_through(context, [&](std::size_t layer, std::size_t way) {
    return network.parameters().block(network.layers()[layer].sources[way].weights);
  });
}

template <class Scalar>
void LayerCredit<Scalar>::send(const LayeredContext<Scalar>& context, const std::vector<Matrix<Scalar>>& feedback) {
  start(context, context.output_error);
  const std::size_t last = activities_.size() - 1;
  credits_[last] = activities_[last].cwiseProduct(context.network.slope_of(static_cast<Index>(last) + 1));
  for (std::size_t i = 0; i < last; ++i) {
    activities_[i].noalias() += feedback[i].transpose() * credits_[last].topRows(feedback[i].rows());
    credits_[i] = activities_[i].cwiseProduct(context.network.slope_of(static_cast<Index>(i) + 1));
  }
}

template <class Scalar>
void LayerCredit<Scalar>::give(const LayeredContext<Scalar>& context,
                               const std::vector<Matrix<Scalar>>& activity_credit) {
  start(context, activity_credit.back());
  for (std::size_t i = 0; i < activities_.size(); ++i) {
    if (i + 1 < activities_.size()) activities_[i] += activity_credit[i];
    credits_[i] = activities_[i].cwiseProduct(context.network.slope_of(static_cast<Index>(i) + 1));
  }
}

template <class Scalar>
void LayerCredit<Scalar>::add_gradient(const LayeredNetwork<Scalar>& network, ParameterSet<Scalar>& gradient) const {
  const auto& layers = network.layers();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const LayerSource& source : layers[i].sources)
      if (!source.weights.empty())
        gradient.block(source.weights).noalias() +=
            credits_[i] * network.activity_of(source.layer).topRows(source.n_read).transpose();
    if (!layers[i].bias.empty()) gradient.block(layers[i].bias) += credits_[i].rowwise().sum();
  }
}

template <class Scalar>
Matrix<Scalar> random_matrix(Index rows, Index cols, double limit, RandomStream stream) {
  MatrixXd drawn(rows, cols);
  draw_uniform(stream, limit, drawn);
  return drawn.template cast<Scalar>();
}

template <class Scalar>
typename LayerCredit<Scalar>::Feedback random_feedback(const LayeredNetwork<Scalar>& network,
                                                       const RandomStream& stream) {
  typename LayerCredit<Scalar>::Feedback feedback;
  for (const Layer& layer : network.layers()) {
    const RandomStream own = stream.substream(feedback.size());
    auto& ways = feedback.emplace_back(layer.sources.size());
    for (std::size_t way = 0; way < ways.size(); ++way) {
      const LayerSource& source = layer.sources[way];
      if (source.layer == 0 || source.weights.empty()) continue;
      const double limit = std::sqrt(6.0 / static_cast<double>(layer.n_units + source.n_read));
      ways[way] = random_matrix<Scalar>(layer.n_units, source.n_read, limit, own.substream(way));
    }
  }
  return feedback;
}

template <class Scalar>
void visit_feedback(std::vector<std::vector<Matrix<Scalar>>>& feedback, StateVisitor& visitor) {
  for (std::size_t l = 0; l < feedback.size(); ++l)
    for (std::size_t way = 0; way < feedback[l].size(); ++way)
      if (feedback[l][way].size() > 0)
        visitor.visit(way == 0 ? fmt::format("B_{}", l + 1) : fmt::format("B_{}.{}", l + 1, way), feedback[l][way]);
}

template void add_direct_credit(const LayeredContext<float>&, Index, const Eigen::Ref<const Matrix<float>>&,
                                Matrix<float>&);
template void add_direct_credit(const LayeredContext<double>&, Index, const Eigen::Ref<const Matrix<double>>&,
                                Matrix<double>&);
template class LayerCredit<float>;
template class LayerCredit<double>;
template LayerCredit<float>::Feedback random_feedback(const LayeredNetwork<float>&, const RandomStream&);
template LayerCredit<double>::Feedback random_feedback(const LayeredNetwork<double>&, const RandomStream&);
template void visit_feedback(std::vector<std::vector<Matrix<float>>>&, StateVisitor&);
template void visit_feedback(std::vector<std::vector<Matrix<double>>>&, StateVisitor&);
template Matrix<float> random_matrix(Index, Index, double, RandomStream);
template Matrix<double> random_matrix(Index, Index, double, RandomStream);

}  // namespace cohort
