#include <cohort/network/mlp.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <charconv>

namespace cohort {
namespace {

constexpr Index kWidest = 1'000'000;

std::vector<Index> widths_from(const std::string& text) {
  const auto refuse = [&](const std::string& why) {
    return UserError(fmt::format("hidden={} is not possible for mlp", text), why,
                     "Write the widths of the hidden layers, as in hidden=800-800; the task gives those of input and "
                     "output.");
  };
  std::vector<Index> widths;
  if (text == "none") return widths;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('-', begin), text.size());
    Index width = 0;
    const auto [rest, error] = std::from_chars(text.data() + begin, text.data() + end, width);
    if (error != std::errc() || rest != text.data() + end || text[begin] == '0')
      throw refuse(fmt::format("'{}' is no whole number", text.substr(begin, end - begin)));
    if (width < 1 || width > kWidest) throw refuse(fmt::format("{} is not in 1..{}", width, kWidest));
    widths.push_back(width);
    begin = end + 1;
  }
  return widths;
}

/// Layers 1 to L, with the names of their parameters.
std::vector<Layer> layers_from(const Parameters& parameters, Index n_inputs, Index n_outputs) {
  const std::string& skip = parameters.text("skip");
  const bool has_bias = parameters.flag("bias");
  std::vector<Index> widths{n_inputs};
  for (const Index width : widths_from(parameters.text("hidden"))) widths.push_back(width);
  widths.push_back(n_outputs);
  std::vector<Layer> layers;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    const auto below = static_cast<Index>(l) - 1;
    Layer layer{widths[l], {{below, widths[l - 1], fmt::format("W_{}", l)}}, has_bias ? fmt::format("b_{}", l) : ""};
    if (l >= 2 && l + 1 < widths.size()) {  // skips end in hidden layers
      if (skip == "dense") layer.sources.push_back({below - 1, widths[l - 2], fmt::format("S_{}", l)});
      if (skip == "residual" && widths[l] == widths[l - 2]) layer.sources.push_back({below - 1, widths[l], ""});
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

ParameterLayout layout_of(const std::vector<Layer>& layers) {
  ParameterLayout layout;
  for (const Layer& layer : layers) {
    const bool is_first = &layer == &layers.front(), is_last = &layer == &layers.back();
    for (const LayerSource& source : layer.sources) {
      if (source.weights.empty()) continue;
      const ParameterRole role = is_last    ? ParameterRole::readout
                                 : is_first ? ParameterRole::input
                                            : ParameterRole::hidden;
      layout.add(source.weights, role, layer.n_units, source.n_read);
    }
    if (!layer.bias.empty())
      layout.add(layer.bias, is_last ? ParameterRole::readout_bias : ParameterRole::bias, layer.n_units, 1);
  }
  return layout;
}

Index unit_count(const std::vector<Layer>& layers) {
  Index n = 0;
  for (const Layer& layer : layers) n += layer.n_units;
  return n;
}

NetworkTraits traits_of(const std::vector<Layer>& layers) {
  return {NetworkFamily::feedforward, "mlp", unit_count(layers), 0, false, 0};
}

}  // namespace

template <class Scalar>
Description Mlp<Scalar>::description() {
  Description d;
  d.name = "mlp";
  d.family = family_name(NetworkFamily::feedforward);
  d.summary = "multilayer perceptron with a linear output layer; every step of a trial passes by itself";
  d.equation =
      "h_l = f(W_l h_{l-1} + b_l), h_0 = x, y = W_L h_{L-1} + b_L; skip=residual: h_l = f(..) + h_{l-2} where widths "
      "agree; skip=dense: h_l = f(W_l h_{l-1} + S_l h_{l-2} + b_l)";
  d.reference = "Rumelhart, Hinton & Williams 1986, doi:10.1038/323533a0; skips: Im, Patil & Branson 2020";
  d.parameters = LayerActivation::parameters();
  d.parameters.insert(d.parameters.begin(),
                      ParameterInfo::text("hidden", "100", "widths of the hidden layers, 800-800; none: without any"));
  d.parameters.push_back(ParameterInfo::flag("bias", true, "layers have biases"));
  d.parameters.push_back(ParameterInfo::choice("skip", "none", {"none", "residual", "dense"},
                                               "what a hidden layer gets from two layers below"));
  return d;
}

template <class Scalar>
Mlp<Scalar>::Mlp(const Parameters& parameters, Index n_inputs, Index n_outputs)
    : n_inputs_(n_inputs), layers_(layers_from(parameters, n_inputs, n_outputs)), hidden_(parameters) {
  n_units_ = unit_count(layers_);
  this->parameters_ = ParameterSet<Scalar>(layout_of(layers_));
  activities_.resize(layers_.size() - 1);
  slopes_.resize(layers_.size());
}

template <class Scalar>
NetworkShape Mlp<Scalar>::shape(const Parameters& parameters, Index n_inputs, Index n_outputs) {
  const std::vector<Layer> layers = layers_from(parameters, n_inputs, n_outputs);
  return {traits_of(layers), layout_of(layers), {}};
}

template <class Scalar>
NetworkTraits Mlp<Scalar>::traits() const {
  return traits_of(layers_);
}

template <class Scalar>
void Mlp<Scalar>::initialize(const Initialization& initialization, const RandomStream& stream) {
  if (initialization.radius() > 0)
    throw UserError("an initialization with a radius does not fit 'mlp'", "it has no recurrent weights",
                    "Leave out radius=...");
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
void Mlp<Scalar>::write_response(const Layer& layer, const LayerActivation& activation, const SourceOf& source_of,
                                 Matrix<Scalar>& response) const {
  bool is_first = true;
  for (std::size_t i = 0; i < layer.sources.size(); ++i) {
    if (layer.sources[i].weights.empty()) continue;
    const auto weights = this->parameters_.block(layer.sources[i].weights);
    if (is_first)
      response.noalias() = weights * source_of(i);
    else
      response.noalias() += weights * source_of(i);
    is_first = false;
  }
  if (!layer.bias.empty()) response.colwise() += this->parameters_.block(layer.bias).col(0);
  activation.apply(response);
}

template <class Scalar>
const Activity<Scalar>& Mlp<Scalar>::forward(const Matrix<Scalar>& inputs, Index n_trials,
                                             const ForwardOptions<Scalar>&) {
  inputs_ = inputs.topRows(n_inputs_);
  double sum = 0;
  for (Index l = 1; l <= n_layers(); ++l) {
    const Layer& layer = layers_[static_cast<std::size_t>(l - 1)];
    Matrix<Scalar>& h = l < n_layers() ? activities_[static_cast<std::size_t>(l - 1)] : activity_.outputs;
    write_response(
        layer, activation_of(l), [&](std::size_t i) { return activity_of(layer.sources[i].layer); }, h);
    activation_of(l).slope(h, slopes_[static_cast<std::size_t>(l - 1)]);
    for (const LayerSource& source : layer.sources)
      if (source.weights.empty()) h += activity_of(source.layer);
    sum += static_cast<double>(h.squaredNorm());
  }
  activity_.n_trials = n_trials;
  activity_.n_steps = inputs.cols() / n_trials;
  activity_.mean_square_rate = sum / static_cast<double>(n_units_ * inputs.cols());
  return activity_;
}

template <class Scalar>
Vector<Scalar> Mlp<Scalar>::mean_rates() const {
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
Vector<Scalar> Mlp<Scalar>::mean_absolute_rates() const {
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
Matrix<Scalar> Mlp<Scalar>::trial_rates() const {
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
Matrix<Scalar> Mlp<Scalar>::representation(Index first_step, Index n_steps) const {
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
Eigen::Ref<const Matrix<Scalar>> Mlp<Scalar>::activity_of(Index layer) const {
  if (layer == 0) return inputs_;
  return layer < n_layers() ? activities_[static_cast<std::size_t>(layer - 1)] : activity_.outputs;
}

template <class Scalar>
Eigen::Ref<const Matrix<Scalar>> Mlp<Scalar>::slope_of(Index layer) const {
  return slopes_[static_cast<std::size_t>(layer - 1)];
}

template <class Scalar>
void Mlp<Scalar>::run_layer(Index layer, const std::vector<Matrix<Scalar>>& sources, Matrix<Scalar>& activity) const {
  const Layer& l = layers_[static_cast<std::size_t>(layer - 1)];
  write_response(
      l, activation_of(layer), [&](std::size_t i) -> const Matrix<Scalar>& { return sources[i]; }, activity);
  for (std::size_t i = 0; i < l.sources.size(); ++i)
    if (l.sources[i].weights.empty()) activity += sources[i];
}

template <class Scalar>
void Mlp<Scalar>::invert_activation(Index layer, const Matrix<Scalar>& activity, Matrix<Scalar>& drive) const {
  activation_of(layer).invert(activity, drive);
}

template class Mlp<float>;
template class Mlp<double>;

}  // namespace cohort
