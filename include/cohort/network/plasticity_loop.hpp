#pragma once

#include <cohort/core/matrix.hpp>

#include <array>
#include <vector>

namespace cohort {

/// Terms of the pool of Shervani-Tabar & Rosenbaum 2023, F0 .. F9.
inline constexpr std::size_t n_plasticity_terms = 10;
using PlasticityCoefficients = std::array<double, n_plasticity_terms>;

/// A multilayer perceptron whose weights change after every sample by ΔW_l = Σ_r θ_r F_r, and the derivatives of all
/// its weights by some of the θ_r, carried forward from sample to sample.
///
/// No biases, softplus of steepness β, softmax over the outputs. With y_l = h_l (y_L the softmax), e_L = y_L - onehot,
/// e_{l-1} = (B_lᵀ e_l) ∘ (1 - exp(-β h_{l-1})) down to e_0, the same Θ in all layers:
///
///     F0 -e_l y_{l-1}ᵀ   F1 -y_l e_{l-1}ᵀ   F2 -e_l e_{l-1}ᵀ   F3 -W   F4 -1 e_{l-1}ᵀ   F5 -e_l (1ᵀy_l) y_{l-1}ᵀ
///     F6 -y_l (y_lᵀ W e_{l-1}) e_{l-1}ᵀ   F7 -e_l (y_lᵀ W e_{l-1}) y_{l-1}ᵀ   F8 -y_l (y_{l-1}ᵀ Wᵀ e_l) e_{l-1}ᵀ
///     F9 y_l y_{l-1}ᵀ - (y_l y_lᵀ) W
///
/// All layers change at once, from the old W. Forward mode: a copy of the weights per derivative and no memory of the
/// samples; cost (derivatives + 1) times that of learning alone.
template <class Scalar>
class PlasticityLoop {
 public:
  enum class Feedback { random, symmetric };  ///< B drawn, or W itself at every moment

  /// `widths` from the input to the output; derivatives are carried by `terms`, numbers of the pool.
  PlasticityLoop(std::vector<Index> widths, double beta, Feedback feedback, std::vector<std::size_t> terms);

  /// Begins with these weights and feedback, both [n_l x n_{l-1}] per layer, derivatives at 0. `feedback` is not looked
  /// at where it is symmetric.
  void start(const std::vector<Matrix<Scalar>>& weights, const std::vector<Matrix<Scalar>>& feedback);

  /// Shows a sample [n_0]: activities and outputs, and their derivatives.
  void show(const Eigen::Ref<const Vector<Scalar>>& sample);
  /// Learns the sample that was shown last, whose class is `label`.
  void learn(Index label, const PlasticityCoefficients& theta);

  /// e_1 .. e_{L-1} of the sample that was shown last, if its class is `label`, as they come through the feedback and
  /// as they would through the weights: added to `fed_back` and `exact`, which have one vector per hidden layer, or
  /// none yet.
  void add_credits(Index label, std::vector<Vector<Scalar>>& fed_back, std::vector<Vector<Scalar>>& exact) const;

  const std::vector<std::size_t>& terms() const { return terms_; }
  Index n_layers() const { return static_cast<Index>(weights_.size()); }
  /// Logits of the last sample, [n_L], and their derivatives, [n_L x terms].
  const Vector<Scalar>& logits() const { return drives_.back(); }
  const Matrix<Scalar>& logit_derivatives() const { return drive_tangents_.back(); }
  /// y_l of the last sample, l = 0 .. L.
  const Vector<Scalar>& activity(Index layer) const { return activities_[static_cast<std::size_t>(layer)]; }
  /// e_l of the last sample that was learned.
  const Vector<Scalar>& credit(Index layer) const { return credits_[static_cast<std::size_t>(layer)]; }
  const Matrix<Scalar>& weights(Index layer) const { return weights_[static_cast<std::size_t>(layer - 1)]; }

 private:
  /// What one layer's change is made of, see learn().
  struct Products;
  void send_credit(Index label);
  void change_layer(std::size_t layer, const PlasticityCoefficients& theta);
  void write_left_sides(std::size_t layer, const PlasticityCoefficients& theta, const Products& products);
  void find_v(std::size_t layer, Index column);
  void write_products(std::size_t layer, const PlasticityCoefficients& theta, Products& products);
  void add_credits_through(const std::vector<Matrix<Scalar>>& back, Index label,
                           std::vector<Vector<Scalar>>& sums) const;
  bool is_learned(std::size_t term) const;
  bool uses(std::size_t term, const PlasticityCoefficients& theta) const {
    return theta[term] != 0 || is_learned(term);
  }

  Scalar beta_;
  Feedback feedback_;
  std::vector<std::size_t> terms_;
  std::vector<Matrix<Scalar>> weights_, back_;         ///< [layer]
  std::vector<std::vector<Matrix<Scalar>>> tangents_;  ///< [term][layer] of the weights
  std::vector<Vector<Scalar>> activities_, credits_;   ///< [0 .. L]
  std::vector<Matrix<Scalar>> activity_tangents_, credit_tangents_;
  std::vector<Vector<Scalar>> drives_;  ///< z, [layer]
  std::vector<Matrix<Scalar>> drive_tangents_;
  Eigen::Matrix<Scalar, Eigen::Dynamic, 3> left_;                        ///< of a change of low rank
  std::vector<Eigen::Matrix<Scalar, Eigen::Dynamic, 6>> left_tangents_;  ///< [term]
  Vector<Scalar> slope_, returned_, v_;
  Matrix<Scalar> returned_tangents_, v_tangents_;
};

}  // namespace cohort
