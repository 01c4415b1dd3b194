#pragma once

#include <cohort/network/feedforward_plan.hpp>

#include <memory>
#include <vector>

namespace cohort {

/// Any network of layers: z_l = Σ W h_source + b_l, h_l = f(z_l) + Σ h_source over the ways that are identities. The
/// first units of the last layer are the outputs.
///
/// The initialization of the study draws every weight matrix, each of its own size; biases start at 0.
template <class Scalar>
class FeedforwardNetwork final : public LayeredNetwork<Scalar> {
 public:
  explicit FeedforwardNetwork(FeedforwardPlan plan);

  NetworkTraits traits() const override { return plan_.traits(); }
  Index n_units() const override { return n_units_; }
  Index n_outputs() const override { return plan_.n_outputs; }
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

  const std::vector<Layer>& layers() const override { return plan_.layers; }
  Eigen::Ref<const Matrix<Scalar>> activity_of(Index layer) const override;
  Eigen::Ref<const Matrix<Scalar>> slope_of(Index layer) const override;
  void run_layer(Index layer, const std::vector<Matrix<Scalar>>& sources, Matrix<Scalar>& activity) const override;
  void slope_for(Index layer, const Matrix<Scalar>& activity, Matrix<Scalar>& slope) const override {
    activation_of(layer).slope(activity, slope);
  }
  void invert_activation(Index layer, const Matrix<Scalar>& activity, Matrix<Scalar>& drive) const override;
  bool is_invertible(Index layer) const override { return activation_of(layer).is_invertible(); }
  bool is_onto(Index layer) const override { return activation_of(layer).is_onto(); }
  std::unique_ptr<LayeredNetwork<double>> in_double() const override;

 private:
  Index n_layers() const { return static_cast<Index>(plan_.layers.size()); }
  const LayerActivation& activation_of(Index layer) const { return layer < n_layers() ? plan_.hidden : plan_.output; }
  /// The activities of the last layer are the outputs and nothing else.
  bool ends_in_outputs() const { return plan_.layers.back().n_units == plan_.n_outputs; }
  Matrix<Scalar>& written_activity(Index layer);
  /// Writes f(z) of a layer, before anything is added, for the activities `source_of(i)` of its sources.
  template <class SourceOf>
  void write_response(const Layer& layer, const LayerActivation& activation, const SourceOf& source_of,
                      Matrix<Scalar>& response) const;

  FeedforwardPlan plan_;
  Index n_units_ = 0;
  Matrix<Scalar> inputs_;                   ///< of the last forward pass
  std::vector<Matrix<Scalar>> activities_;  ///< of the hidden layers; of the last one if it has auxiliary units
  std::vector<Matrix<Scalar>> slopes_;      ///< of all layers
  Activity<Scalar> activity_;
};

}  // namespace cohort
