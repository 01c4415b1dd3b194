#include <cohort/network/feedforward_network.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

namespace cohort {

template <class Scalar>
FeedforwardNetwork<Scalar>::FeedforwardNetwork(FeedforwardPlan plan) : plan_(std::move(plan)) {
  n_units_ = plan_.n_units();
  this->parameters_ = ParameterSet<Scalar>(plan_.parameters());
  activities_.resize(plan_.layers.size());
  slopes_.resize(plan_.layers.size());
}

template <class Scalar>
void FeedforwardNetwork<Scalar>::initialize(const Initialization& initialization, const RandomStream& stream) {
  if (initialization.radius() > 0)
    throw UserError(fmt::format("an initialization with a radius does not fit '{}'", plan_.name),
                    "it has no recurrent weights", "Leave out radius=...");
  this->parameters_.values.setZero();
  std::uint64_t index = 0;
  for (const ParameterBlock& block : this->parameters_.layout.blocks()) {
    RandomStream own = stream.substream(index++);
    if (block.role == ParameterRole::bias || block.role == ParameterRole::readout_bias) continue;
    MatrixXd values = MatrixXd::Zero(block.rows, block.cols);
    initialization.fill(own, values);
    this->parameters_.block(block.name) = values.template cast<Scalar>();
  }
}

template <class Scalar>
template <class SourceOf>
void FeedforwardNetwork<Scalar>::write_response(const Layer& layer, const LayerActivation& activation,
                                                const SourceOf& source_of, Matrix<Scalar>& response) const {
  bool is_first = true;
  for (std::size_t i = 0; i < layer.sources.size(); ++i) {
    if (layer.sources[i].weights.empty()) continue;
    const auto weights = this->parameters_.block(layer.sources[i].weights);
    const auto& below = source_of(i);
    if (is_first)
      response.noalias() = weights * below.topRows(layer.sources[i].n_read);
    else
      response.noalias() += weights * below.topRows(layer.sources[i].n_read);
    is_first = false;
  }
  if (!layer.bias.empty()) response.colwise() += this->parameters_.block(layer.bias).col(0);
  activation.apply(response);
}

template <class Scalar>
const Activity<Scalar>& FeedforwardNetwork<Scalar>::forward(const Matrix<Scalar>& inputs, Index n_trials,
                                                            const ForwardOptions<Scalar>&) {
  inputs_ = inputs.topRows(plan_.n_inputs);
  double sum = 0;
  for (Index l = 1; l <= n_layers(); ++l) {
    const Layer& layer = plan_.layers[static_cast<std::size_t>(l - 1)];
    Matrix<Scalar>& h = written_activity(l);
    write_response(
        layer, activation_of(l), [&](std::size_t i) { return activity_of(layer.sources[i].layer); }, h);
    activation_of(l).slope(h, slopes_[static_cast<std::size_t>(l - 1)]);
    for (const LayerSource& source : layer.sources)
      if (source.weights.empty()) h += activity_of(source.layer);
    sum += static_cast<double>(h.squaredNorm());
  }
  if (!ends_in_outputs()) activity_.outputs = activities_.back().topRows(plan_.n_outputs);
  activity_.n_trials = n_trials;
  activity_.n_steps = inputs.cols() / n_trials;
  activity_.mean_square_rate = sum / static_cast<double>(n_units_ * inputs.cols());
  return activity_;
}

template <class Scalar>
Vector<Scalar> FeedforwardNetwork<Scalar>::mean_rates() const {
  VectorXd means(n_units_);
  Index first = 0;
  for (Index l = 1; l <= n_layers(); ++l) {
    const auto h = activity_of(l);
    means.segment(first, h.rows()) = h.template cast<double>().rowwise().mean();
    first += h.rows();
  }
  return means.template cast<Scalar>();
}

template <class Scalar>
Vector<Scalar> FeedforwardNetwork<Scalar>::mean_absolute_rates() const {
  VectorXd means(n_units_);
  Index first = 0;
  for (Index l = 1; l <= n_layers(); ++l) {
    const auto h = activity_of(l);
    means.segment(first, h.rows()) = h.cwiseAbs().template cast<double>().rowwise().mean();
    first += h.rows();
  }
  return means.template cast<Scalar>();
}

template <class Scalar>
Matrix<Scalar> FeedforwardNetwork<Scalar>::trial_rates() const {
  MatrixXd sum = MatrixXd::Zero(n_units_, activity_.n_trials);
  Index first = 0;
  for (Index l = 1; l <= n_layers(); ++l) {
    const auto h = activity_of(l);
    for (Index step = 0; step < activity_.n_steps; ++step)
      sum.middleRows(first, h.rows()) +=
          h.middleCols(step * activity_.n_trials, activity_.n_trials).template cast<double>();
    first += h.rows();
  }
  return (sum / static_cast<double>(activity_.n_steps)).template cast<Scalar>();
}

template <class Scalar>
Matrix<Scalar> FeedforwardNetwork<Scalar>::representation(Index first_step, Index n_steps) const {
  const Index n_trials = activity_.n_trials;
  Matrix<Scalar> samples(n_trials * n_steps, n_units_);
  Index first = 0;
  for (Index l = 1; l <= n_layers(); ++l) {
    const auto h = activity_of(l);
    for (Index trial = 0; trial < n_trials; ++trial)
      for (Index step = 0; step < n_steps; ++step)
        samples.row(trial * n_steps + step).segment(first, h.rows()) =
            h.col((first_step + step) * n_trials + trial).transpose();
    first += h.rows();
  }
  return samples;
}

template <class Scalar>
Eigen::Ref<const Matrix<Scalar>> FeedforwardNetwork<Scalar>::activity_of(Index layer) const {
  if (layer == 0) return inputs_;
  return layer < n_layers() || !ends_in_outputs() ? activities_[static_cast<std::size_t>(layer - 1)]
                                                  : activity_.outputs;
}

template <class Scalar>
Matrix<Scalar>& FeedforwardNetwork<Scalar>::written_activity(Index layer) {
  return layer < n_layers() || !ends_in_outputs() ? activities_[static_cast<std::size_t>(layer - 1)]
                                                  : activity_.outputs;
}

template <class Scalar>
Eigen::Ref<const Matrix<Scalar>> FeedforwardNetwork<Scalar>::slope_of(Index layer) const {
  return slopes_[static_cast<std::size_t>(layer - 1)];
}

template <class Scalar>
void FeedforwardNetwork<Scalar>::run_layer(Index layer, const std::vector<Matrix<Scalar>>& sources,
                                           Matrix<Scalar>& activity) const {
  const Layer& l = plan_.layers[static_cast<std::size_t>(layer - 1)];
  write_response(
      l, activation_of(layer), [&](std::size_t i) -> const Matrix<Scalar>& { return sources[i]; }, activity);
  for (std::size_t i = 0; i < l.sources.size(); ++i)
    if (l.sources[i].weights.empty()) activity += sources[i];
}

template <class Scalar>
void FeedforwardNetwork<Scalar>::invert_activation(Index layer, const Matrix<Scalar>& activity,
                                                   Matrix<Scalar>& drive) const {
  activation_of(layer).invert(activity, drive);
}

template <class Scalar>
std::unique_ptr<LayeredNetwork<double>> FeedforwardNetwork<Scalar>::in_double() const {
  auto result = std::make_unique<FeedforwardNetwork<double>>(plan_);
  result->parameters() = this->parameters_.template cast<double>();
  return result;
}

template class FeedforwardNetwork<float>;
template class FeedforwardNetwork<double>;

}  // namespace cohort
