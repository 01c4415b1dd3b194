#pragma once

#include <cohort/network/activation.hpp>
#include <cohort/network/network.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cohort {

/// One way into a layer.
struct LayerSource {
  Index layer = 0;      ///< where it starts: 0 is the input
  Index n_read = 0;     ///< it reads the first of that layer's units
  std::string weights;  ///< parameter block [n_units x n_read]; empty: identity, added after the activation function
};

/// Layer l computes h_l = f(Σ W h_source + b) + Σ h_source, the second sum over the ways that are identities.
struct Layer {
  Index n_units = 0;
  std::vector<LayerSource> sources;
  std::string bias;  ///< parameter block [n_units x 1]; empty: none
};

/// A network whose activity flows through layers, without time: every column of a batch (a trial at a step) passes
/// by itself. Layer 0 is the input; the outputs are the first `n_outputs()` units of the last layer, and what it has
/// more is auxiliary.
///
/// `representation` of such a network has the units of all layers from the first to the last, side by side.
template <class Scalar>
class LayeredNetwork : public Network<Scalar> {
 public:
  static constexpr NetworkFamily network_family = NetworkFamily::feedforward;

  /// Layers 1 to L, the first of them at [0].
  virtual const std::vector<Layer>& layers() const = 0;

  /// h_l of the last forward pass, [n_units of the layer x n_steps * n_trials]; l = 0 is the input without its row of
  /// ones.
  virtual Eigen::Ref<const Matrix<Scalar>> activity_of(Index layer) const = 0;

  /// f'(z_l) of the last forward pass, the shape of h_l, l = 1 .. L.
  virtual Eigen::Ref<const Matrix<Scalar>> slope_of(Index layer) const = 0;

  /// Writes h_l for other activities of its sources, given in the order of `Layer::sources`: what learned inverses
  /// and noise phases need.
  virtual void run_layer(Index layer, const std::vector<Matrix<Scalar>>& sources, Matrix<Scalar>& activity) const = 0;

  /// Writes f'(z) of a layer for other activities h = f(z), of any number of units.
  virtual void slope_for(Index layer, const Matrix<Scalar>& activity, Matrix<Scalar>& slope) const = 0;

  /// Writes z_l = f⁻¹(h_l): what exact inverses need. Throws UserError for an activation without an inverse.
  virtual void invert_activation(Index layer, const Matrix<Scalar>& activity, Matrix<Scalar>& drive) const = 0;

  /// Whether the activation of a layer has an inverse.
  virtual bool is_invertible(Index layer) const = 0;

  /// Whether every number is the activity of some drive: no target lies beyond it.
  virtual bool is_onto(Index layer) const = 0;

  /// The same network in double precision, with these parameters: for what single precision would lose.
  virtual std::unique_ptr<LayeredNetwork<double>> in_double() const = 0;
};

}  // namespace cohort
