#pragma once

#include <cohort/core/errors.hpp>
#include <cohort/core/parameters.hpp>
#include <cohort/network/layered_network.hpp>

namespace cohort::test {

/// One hidden layer, h = tanh(W x + b), y = V h + c: the smallest network of a second family.
template <class Scalar>
class ToyLayers final : public LayeredNetwork<Scalar> {
 public:
  static Description description() {
    Description d;
    d.name = "toy";
    d.family = family_name(NetworkFamily::feedforward);
    d.summary = "one hidden layer";
    d.reference = "made up 2026";
    d.parameters = {ParameterInfo::integer("units", 5, 1, 1000, "units", "of the hidden layer")};
    return d;
  }

  ToyLayers(const Parameters& parameters, Index n_inputs, Index n_outputs)
      : n_hidden_(parameters.integer("units")), n_inputs_(n_inputs), n_outputs_(n_outputs) {
    ParameterLayout layout;
    layout.add("W", ParameterRole::input, n_hidden_, n_inputs);
    layout.add("b", ParameterRole::bias, n_hidden_, 1);
    layout.add("V", ParameterRole::readout, n_outputs, n_hidden_);
    layout.add("c", ParameterRole::readout_bias, n_outputs, 1);
    this->parameters_ = ParameterSet<Scalar>(layout);
    layers_ = {{n_hidden_, {{0, n_inputs, "W"}}, "b"}, {n_outputs, {{1, n_hidden_, "V"}}, "c"}};
  }

  NetworkTraits traits() const override { return {NetworkFamily::feedforward, "toy", n_units(), 0, false}; }
  Index n_units() const override { return n_hidden_ + n_outputs_; }
  Index n_outputs() const override { return n_outputs_; }

  void initialize(const Initialization&, const RandomStream& stream) override {
    std::uint64_t index = 0;
    for (const ParameterBlock& block : this->parameters_.layout.blocks()) {
      RandomStream own = stream.substream(index++);
      MatrixXd values = MatrixXd::Zero(block.rows, block.cols);
      if (block.cols > 1) draw_normal(own, 1 / std::sqrt(static_cast<double>(block.cols)), values);
      this->parameters_.block(block.name) = values.template cast<Scalar>();
    }
  }

  const Activity<Scalar>& forward(const Matrix<Scalar>& inputs, Index n_trials,
                                  const ForwardOptions<Scalar>& = {}) override {
    inputs_ = inputs.topRows(n_inputs_);
    run_layer(1, {inputs_}, hidden_);
    run_layer(2, {hidden_}, activity_.outputs);
    activity_.n_trials = n_trials;
    activity_.n_steps = inputs.cols() / n_trials;
    activity_.mean_square_rate = static_cast<double>(hidden_.squaredNorm()) / static_cast<double>(hidden_.size());
    slope_ = 1 - hidden_.array().square();
    ones_ = Matrix<Scalar>::Ones(n_outputs_, inputs.cols());
    return activity_;
  }

  std::unique_ptr<DriveNoise<Scalar>> unit_noise(const RandomStream&, std::uint64_t, Index, Index) const override {
    return nullptr;
  }
  Vector<Scalar> mean_rates() const override {
    Vector<Scalar> means(n_units());
    means << hidden_.rowwise().mean(), activity_.outputs.rowwise().mean();
    return means;
  }
  Vector<Scalar> mean_absolute_rates() const override {
    Vector<Scalar> means(n_units());
    means << hidden_.cwiseAbs().rowwise().mean(), activity_.outputs.cwiseAbs().rowwise().mean();
    return means;
  }
  Matrix<Scalar> trial_rates() const override { throw InternalError("a toy has no rate penalty"); }
  const Activity<Scalar>& activity() const override { return activity_; }
  Matrix<Scalar> representation(Index first_step, Index n_steps) const override {
    const Index n_trials = activity_.n_trials;
    Matrix<Scalar> samples(n_trials * n_steps, n_units());
    for (Index trial = 0; trial < n_trials; ++trial)
      for (Index step = 0; step < n_steps; ++step) {
        const Index column = (first_step + step) * n_trials + trial;
        samples.row(trial * n_steps + step) << hidden_.col(column).transpose(),
            activity_.outputs.col(column).transpose();
      }
    return samples;
  }

  const std::vector<Layer>& layers() const override { return layers_; }
  Eigen::Ref<const Matrix<Scalar>> activity_of(Index layer) const override {
    return layer == 0 ? inputs_ : layer == 1 ? hidden_ : activity_.outputs;
  }
  Eigen::Ref<const Matrix<Scalar>> slope_of(Index layer) const override { return layer == 1 ? slope_ : ones_; }
  void run_layer(Index layer, const std::vector<Matrix<Scalar>>& sources, Matrix<Scalar>& activity) const override {
    const Layer& l = layers_[static_cast<std::size_t>(layer - 1)];
    activity = this->parameters().block(l.sources[0].weights) * sources[0];
    activity.colwise() += this->parameters().block(l.bias).col(0);
    if (layer == 1) activity = activity.array().tanh().matrix().eval();
  }
  void invert_activation(Index layer, const Matrix<Scalar>& activity, Matrix<Scalar>& drive) const override {
    drive = layer == 1 ? Matrix<Scalar>(activity.unaryExpr([](Scalar h) { return std::atanh(h); })) : activity;
  }

 private:
  Index n_hidden_, n_inputs_, n_outputs_;
  std::vector<Layer> layers_;
  Activity<Scalar> activity_;
  Matrix<Scalar> inputs_, hidden_, slope_, ones_;
};

}  // namespace cohort::test
