#pragma once

#include <cohort/network/recurrent_network.hpp>

#include <memory>
#include <vector>

namespace cohort {

/// The loss of gradient flossing along one trajectory.
struct FlossingLoss {
  double loss = 0;  ///< mean over the exponents of (λ_i - target)²
  VectorXd
      exponents;  ///< nats per step, in the order of the frame; NaN where the trajectory leaves the range of numbers
};

/// Gradient flossing (Engelken 2023, arXiv:2312.17306): draws the first Lyapunov exponents of a network to a target,
/// with the exact gradient, through the frames and through the states at which the Jacobians are taken.
///
/// Exponents are those of `lyapunov_spectrum`: the frame starts as `frame`, Q_t R_t = J_t Q_{t-1} with J at the state
/// before the step and a positive diagonal, λ_i the mean of log R_ii over the steps after the transient. Backward
/// through the decomposition as Walter & Lehmann 2010 (doi:10.1007/978-3-642-14132-3). What the derivative of a
/// Jacobian needs, ∂(āᵀ J q) for each vector q of the frame, comes from central differences along q of the step's own
/// exact products, by the state and by the parameters: right to 1e-9, one mechanism for every cell. Where a unit
/// crosses the kink of its activation function between both sides the distance shrinks; second derivatives at a kink
/// count as 0.
///
/// A direction that the map destroys has the exponent -inf, a trajectory that leaves the range of numbers none: the
/// loss is NaN then, and nothing is added.
class Flossing {
 public:
  /// `network` must outlive this. Throws UserError for units that spike.
  explicit Flossing(const RecurrentNetwork<double>& network);

  /// Along `inputs` [n_inputs x n_steps] from the initial state, with the frame `frame` [n_states x k], of which the
  /// first `n_transient` steps do not count; adds `weight` times the gradient at the network's parameters.
  FlossingLoss add_gradient(const MatrixXd& inputs, const MatrixXd& frame, Index n_transient, double target,
                            double weight, ParameterSet<double>& gradient);

 private:
  struct Step {
    VectorXd state;  ///< before it
    MatrixXd q, r;   ///< after it
  };

  FlossingLoss walk(const MatrixXd& inputs, const MatrixXd& frame, Index n_transient, double target);
  void step_back(Index step, const VectorXd& growth, MatrixXd& q_credit, VectorXd& x_credit);
  void add_second_order(const VectorXd& state, const MatrixXd& q, const MatrixXd& a_credit, VectorXd& x_credit);
  void add_drive_gradient(const Eigen::Ref<const VectorXd>& credit, const Eigen::Ref<const VectorXd>& rates,
                          double factor);
  bool crosses_kink() const;

  const RecurrentNetwork<double>& network_;
  std::unique_ptr<CellMap<double>> map_;
  MatrixXd inputs_, frame_;
  std::vector<Step> steps_;
  VectorXd input_;           ///< of the step under way
  MatrixXd drive_gradient_;  ///< [n_drives * n_units x n_units + n_inputs + 1]
  MatrixXd states_, vectors_, pulled_, credit_, rates_;
};

}  // namespace cohort
