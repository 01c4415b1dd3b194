#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/layer_activation.hpp>
#include <cohort/network/layered_network.hpp>
#include <cohort/network/network_shape.hpp>

#include <string>
#include <vector>

namespace cohort {

/// A multilayer perceptron of any depth and width: z_l = W_l h_{l-1} + b_l, h_l = f(z_l), h_0 = x, with a linear output
/// layer (softmax belongs to the loss).
///
/// `skip=residual` adds the activity two layers below where the widths agree, h_l = f(z_l) + h_{l-2}; `skip=dense`
/// reads it through weights of its own, z_l = W_l h_{l-1} + S_l h_{l-2} + b_l. Skips end in hidden layers and may start
/// at x.
///
/// Parameters W_1, S_1, b_1, ..., W_L, b_L. The initialization of the study draws every W and S, each as a matrix of
/// its own size; biases start at 0.
template <class Scalar>
class Mlp final : public LayeredNetwork<Scalar> {
 public:
  static Description description();

  /// Throws UserError for widths that are no list of whole numbers.
  Mlp(const Parameters& parameters, Index n_inputs, Index n_outputs);

  /// The same as of the network itself, without its memory.
  static NetworkShape shape(const Parameters& parameters, Index n_inputs, Index n_outputs);

  NetworkTraits traits() const override;
  Index n_units() const override { return n_units_; }
  Index n_outputs() const override { return layers_.back().n_units; }
  void initialize(const Initialization& initialization, const RandomStream& stream) override;
  const Activity<Scalar>& forward(const Matrix<Scalar>& inputs, Index n_trials,
                                  const ForwardOptions<Scalar>& options = {}) override;
  const Activity<Scalar>& activity() const override { return activity_; }
  std::unique_ptr<DriveNoise<Scalar>> unit_noise(const RandomStream&, std::uint64_t, Index, Index) const override {
    return nullptr;
  }
  Vector<Scalar> mean_rates() const override;
  Vector<Scalar> mean_absolute_rates() const override;
  Matrix<Scalar> trial_rates() const override;
  Matrix<Scalar> representation(Index first_step, Index n_steps) const override;

  const std::vector<Layer>& layers() const override { return layers_; }
  Eigen::Ref<const Matrix<Scalar>> activity_of(Index layer) const override;
  Eigen::Ref<const Matrix<Scalar>> slope_of(Index layer) const override;
  void run_layer(Index layer, const std::vector<Matrix<Scalar>>& sources, Matrix<Scalar>& activity) const override;
  void invert_activation(Index layer, const Matrix<Scalar>& activity, Matrix<Scalar>& drive) const override;

 private:
  Index n_layers() const { return static_cast<Index>(layers_.size()); }
  const LayerActivation& activation_of(Index layer) const { return layer < n_layers() ? hidden_ : output_; }
  /// Writes f(z) of a layer, before anything is added, for the activities `source_of(i)` of its sources.
  template <class SourceOf>
  void write_response(const Layer& layer, const LayerActivation& activation, const SourceOf& source_of,
                      Matrix<Scalar>& response) const;

  Index n_inputs_, n_units_ = 0;
  std::vector<Layer> layers_;
  LayerActivation hidden_, output_{};
  Matrix<Scalar> inputs_;                   ///< of the last forward pass
  std::vector<Matrix<Scalar>> activities_;  ///< of the hidden layers
  std::vector<Matrix<Scalar>> slopes_;      ///< of all layers
  Activity<Scalar> activity_;
};

}  // namespace cohort
