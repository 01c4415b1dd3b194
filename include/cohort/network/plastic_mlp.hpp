#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/network_shape.hpp>
#include <cohort/network/plasticity_loop.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cohort {

/// A network whose trial is a training: its parameters are the coefficients Θ of a plasticity rule, and in every trial,
/// an episode, a multilayer perceptron begins with weights of its own and learns online by that rule.
///
/// The inputs of a step are those of the perceptron, then one per class: 1 for the class that is taught, all 0 where
/// nothing is (a query). At every step the outputs are the logits before the step's change. Weights and random feedback
/// are drawn anew for every episode, from what it shows and the network's own seed: the weights by the study's
/// initialization, the feedback by Glorot's uniform one.
///
/// One parameter block, theta [terms x 1], in units of `scales`: Θ_r = scale_r · theta_r. An episode whose weights
/// become infinite has outputs of 0 at all its steps, and no derivatives; n_diverged() counts them.
template <class Scalar>
class PlasticMlp final : public Network<Scalar> {
 public:
  static constexpr NetworkFamily network_family = NetworkFamily::adaptive;

  static Description description();
  static NetworkShape shape(const Parameters& parameters, Index n_inputs, Index n_outputs);
  /// Throws UserError for terms that are none, widths that are no numbers and fewer inputs than classes.
  PlasticMlp(const Parameters& parameters, Index n_inputs, Index n_outputs);

  NetworkTraits traits() const override;
  Index n_units() const override { return n_units_; }
  Index n_outputs() const override { return widths_.back(); }
  void initialize(const Initialization& initialization, const RandomStream& stream) override;
  NetworkConstants<Scalar> constants() const override;
  const Activity<Scalar>& forward(const Matrix<Scalar>& inputs, Index n_trials,
                                  const ForwardOptions<Scalar>& options = {}) override;
  const Activity<Scalar>& activity() const override { return activity_; }
  std::unique_ptr<DriveNoise<Scalar>> unit_noise(const RandomStream&, std::uint64_t, Index, Index) const override {
    return nullptr;
  }
  Vector<Scalar> mean_rates() const override { return rates_.rowwise().mean(); }
  Vector<Scalar> mean_absolute_rates() const override { return rates_.cwiseAbs().rowwise().mean(); }
  Matrix<Scalar> trial_rates() const override;
  Matrix<Scalar> representation(Index first_step, Index n_steps) const override;

  /// dy/d theta_r of the last forward pass, the shape of the outputs, for parameter r.
  const Matrix<Scalar>& output_derivative(Index parameter) const {
    return derivatives_[static_cast<std::size_t>(parameter)];
  }
  /// Which trials of the last forward pass diverged.
  const std::vector<bool>& has_diverged() const { return has_diverged_; }
  const std::vector<std::size_t>& terms() const { return loop_.terms(); }

  /// Angle in degrees, for every hidden layer, between the mean credits of the queries of the last trial of the last
  /// forward pass, whose inputs and classes [n_steps * n_trials] these are, as they come through the feedback and as
  /// they would through the weights that were learned. NaN after an episode that diverged.
  std::vector<double> query_angles(const Matrix<Scalar>& inputs, const std::vector<int>& classes);

 private:
  void draw_weights(const Matrix<Scalar>& inputs, Index trial, Index n_trials);
  bool run_episode(const Matrix<Scalar>& inputs, Index trial, Index n_trials);
  void clear_episode(Index trial, Index n_trials, Index n_steps);

  explicit PlasticMlp(std::vector<Index> widths, const Parameters& parameters);

  std::vector<Index> widths_;  ///< from the inputs of the perceptron to the classes
  Index n_units_ = 0;
  PlasticityLoop<Scalar> loop_;
  Vector<Scalar> scales_;
  double first_rate_;
  std::unique_ptr<Initialization> initialization_;
  RandomStream stream_{"init", "", 0};
  std::vector<Matrix<Scalar>> weights_, feedback_;
  std::vector<Matrix<Scalar>> derivatives_;
  std::vector<bool> has_diverged_;
  Matrix<Scalar> rates_;  ///< [n_units x n_steps * n_trials]
  Activity<Scalar> activity_;
};

}  // namespace cohort
