#pragma once

#include <cohort/learning/layered_rule.hpp>

#include <vector>

namespace cohort {

/// The credit of every layer, and the gradient that follows from it: dE/dW = Σ e_l h_sourceᵀ, dE/db = Σ e_l, whatever
/// way the credit came. e_l is the credit of z_l, [n_units of the layer x n_steps * n_trials].
template <class Scalar>
class LayerCredit {
 public:
  /// One matrix for every way into a layer, in the shape of its weights: `feedback[l - 1][i]` for source i of layer l,
  /// empty for identities and for ways from the input, which no credit follows.
  using Feedback = std::vector<std::vector<Matrix<Scalar>>>;

  /// Credit that flows from the output down through `feedback`:
  ///
  ///     a_l = Σ_k B_kᵀ e_k + Σ_k' a_k', e_l = a_l ∘ f'(z_l), e_L = dE/dy,
  ///
  /// over the layers k that read layer l through weights, and k' that add its activity as it is. With B = W this is the
  /// gradient. The learning signal of the regularizers joins it.
  void flow(const LayeredContext<Scalar>& context, const Feedback& feedback);
  /// The same through the weights themselves.
  void flow(const LayeredContext<Scalar>& context);

  /// Credit sent to every layer by itself: e_l = (B_lᵀ e_L) ∘ f'(z_l), `feedback[l - 1]` [n_outputs x n_units of layer
  /// l].
  void send(const LayeredContext<Scalar>& context, const std::vector<Matrix<Scalar>>& feedback);

  /// Credit of the activities that a rule has found by itself, a_l for every layer: e_l = a_l ∘ f'(z_l).
  void give(const LayeredContext<Scalar>& context, const std::vector<Matrix<Scalar>>& activity_credit);

  const Matrix<Scalar>& of(Index layer) const { return credits_[static_cast<std::size_t>(layer - 1)]; }
  Matrix<Scalar>& of(Index layer) { return credits_[static_cast<std::size_t>(layer - 1)]; }

  void add_gradient(const LayeredNetwork<Scalar>& network, ParameterSet<Scalar>& gradient) const;

 private:
  void resize(std::size_t n_layers);
  template <class MatrixOf>
  void flow_through(const LayeredContext<Scalar>& context, const MatrixOf& matrix_of);
  /// Sets the credit of each activity to what the regularizers ask, and adds `output_credit` to that of the output.
  void start(const LayeredContext<Scalar>& context, const Matrix<Scalar>& output_credit);

  std::vector<Matrix<Scalar>> credits_;     ///< e_l
  std::vector<Matrix<Scalar>> activities_;  ///< a_l
};

/// Adds to `credit` what the regularizers ask of the activity `h` of some units, [n x n_steps * n_trials], unit `first`
/// of the network in its first row.
template <class Scalar>
void add_direct_credit(const LayeredContext<Scalar>& context, Index first, const Eigen::Ref<const Matrix<Scalar>>& h,
                       Matrix<Scalar>& credit);

/// Glorot's uniform distribution for the shape of every way that credit follows, see LayerCredit::Feedback: what random
/// feedback is drawn from (Shervani-Tabar & Rosenbaum 2023). Way i of layer l has a stream of its own.
template <class Scalar>
typename LayerCredit<Scalar>::Feedback random_feedback(const LayeredNetwork<Scalar>& network,
                                                       const RandomStream& stream);

/// Names every matrix of it to `visitor`: "B_2", "B_3.1" for a second way.
template <class Scalar>
void visit_feedback(std::vector<std::vector<Matrix<Scalar>>>& feedback, StateVisitor& visitor);

/// U(±limit) of that shape, for rules whose limit is another.
template <class Scalar>
Matrix<Scalar> random_matrix(Index rows, Index cols, double limit, RandomStream stream);

}  // namespace cohort
