#include <cohort/dynamics/flossing.hpp>

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace cohort {
namespace {

/// Of a difference along a vector of the frame, in units of the state's typical size; shrinks where kinks are near.
constexpr double kDistance = 5e-6, kLeastDistance = 1e-10, kShrink = 8;

/// A = Q R with R's diagonal positive, in place of A.
void decompose(MatrixXd& q, MatrixXd& r) {
  const Eigen::HouseholderQR<MatrixXd> solver(q);
  const Index k = q.cols();
  r = solver.matrixQR().topRows(k).triangularView<Eigen::Upper>();
  q = MatrixXd(solver.householderQ() * MatrixXd::Identity(q.rows(), k));
  for (Index i = 0; i < k; ++i)
    if (r(i, i) < 0) {
      r.row(i) = -r.row(i);
      q.col(i) = -q.col(i);
    }
}

/// The symmetric matrix with the lower triangle of `m`.
MatrixXd mirrored(const MatrixXd& m) { return m.selfadjointView<Eigen::Lower>(); }

}  // namespace

Flossing::Flossing(const RecurrentNetwork<double>& network) : network_(network) {
  const CellTraits& traits = network.cell().traits();
  if (traits.is_spiking)
    throw UserError(fmt::format("flossing cannot train '{}' units", traits.name), "spikes have no derivative");
}

FlossingLoss Flossing::add_gradient(const MatrixXd& inputs, const MatrixXd& frame, Index n_transient, double target,
                                    double weight, ParameterSet<double>& gradient) {
  expects(inputs.rows() == network_.n_inputs() && inputs.cols() > n_transient && n_transient >= 0, "steps to count");
  expects(frame.rows() == network_.cell().n_states() && frame.cols() > 0, "a frame of the network's states");
  map_ = network_.cell().map(network_.parameters(), network_.n_inputs());
  inputs_ = inputs;
  frame_ = frame;
  const FlossingLoss result = walk(inputs, frame, n_transient, target);
  if (!std::isfinite(result.loss)) return result;
  const auto n_counted = static_cast<double>(inputs.cols() - n_transient);
  const VectorXd growth =
      weight * 2 / (static_cast<double>(frame.cols()) * n_counted) * (result.exponents.array() - target).matrix();
  drive_gradient_.setZero(map_->n_drives() * map_->n_units(), map_->n_units() + map_->n_inputs() + 1);
  MatrixXd q_credit = MatrixXd::Zero(frame.rows(), frame.cols());
  VectorXd x_credit = VectorXd::Zero(frame.rows());
  for (Index step = inputs.cols(); step-- > 0;)
    step_back(step, step >= n_transient ? growth : VectorXd::Zero(growth.size()), q_credit, x_credit);
  network_.cell().add_drive_gradient(network_.parameters(), drive_gradient_, gradient);
  for (const ParameterBlock& block : gradient.layout.blocks())
    if (block.role == ParameterRole::initial_state) gradient.block(block.name).col(0) += x_credit.head(block.rows);
  return result;
}

FlossingLoss Flossing::walk(const MatrixXd& inputs, const MatrixXd& frame, Index n_transient, double target) {
  steps_.resize(static_cast<std::size_t>(inputs.cols()));
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  FlossingLoss result{nan, VectorXd::Zero(frame.cols())};
  VectorXd state = network_.cell().initial_state(network_.parameters()), next(state.size());
  const MatrixXd* before = &frame_;
  for (Index step = 0; step < inputs.cols(); ++step) {
    Step& now = steps_[static_cast<std::size_t>(step)];
    map_->set_input(inputs.col(step));
    now.state = state;
    map_->step(state, next);
    now.q.resize(frame.rows(), frame.cols());
    map_->push(state, *before, now.q);
    if (!now.q.allFinite() || !next.allFinite()) return {nan, VectorXd::Constant(frame.cols(), nan)};
    decompose(now.q, now.r);
    if (step >= n_transient) result.exponents.array() += now.r.diagonal().array().log();
    before = &now.q;
    state.swap(next);
  }
  result.exponents /= static_cast<double>(inputs.cols() - n_transient);
  if (result.exponents.allFinite()) result.loss = (result.exponents.array() - target).square().mean();
  return result;
}

/// `growth` is dE/d log R_ii; credits are of the frame and of the state after the step, and then before it.
void Flossing::step_back(Index step, const VectorXd& growth, MatrixXd& q_credit, VectorXd& x_credit) {
  const Step& now = steps_[static_cast<std::size_t>(step)];
  const MatrixXd& before = step > 0 ? steps_[static_cast<std::size_t>(step - 1)].q : frame_;
  const MatrixXd r_credit = (growth.array() / now.r.diagonal().array()).matrix().asDiagonal();
  const MatrixXd m = now.r * r_credit.transpose() - q_credit.transpose() * now.q;
  MatrixXd a_credit = q_credit + now.q * mirrored(m);  // of J Q before the decomposition, once R⁻ᵀ is applied
  a_credit = now.r.triangularView<Eigen::Upper>().solve(a_credit.transpose()).transpose().eval();
  input_ = inputs_.col(step);
  map_->set_input(input_);
  credit_.resize(map_->n_drives() * map_->n_units(), 1);
  rates_.resize(map_->n_units(), 1);
  map_->drive_credit(now.state, x_credit, credit_, rates_);
  add_drive_gradient(credit_, rates_, 1);
  VectorXd pulled(x_credit.size());
  map_->pull_back(now.state, x_credit, pulled);
  x_credit = pulled;
  map_->pull_back(now.state, a_credit, q_credit);
  add_second_order(now.state, before, a_credit, x_credit);
}

/// Adds the derivatives of Σ_k a_kᵀ J(x) q_k by the state and by the parameters.
void Flossing::add_second_order(const VectorXd& state, const MatrixXd& q, const MatrixXd& a_credit,
                                VectorXd& x_credit) {
  const double size = 1 + state.norm() / std::sqrt(static_cast<double>(state.size()));
  states_.resize(state.size(), 2);
  vectors_.resize(state.size(), 2);
  pulled_.resize(state.size(), 2);
  credit_.resize(map_->n_drives() * map_->n_units(), 2);
  rates_.resize(map_->n_units(), 2);
  for (Index k = 0; k < q.cols(); ++k) {
    vectors_.colwise() = a_credit.col(k);
    for (double distance = kDistance * size; distance >= kLeastDistance * size; distance /= kShrink) {
      states_.col(0) = state + distance * q.col(k);
      states_.col(1) = state - distance * q.col(k);
      map_->drive_credit(states_, vectors_, credit_, rates_);
      if (crosses_kink()) continue;
      map_->pull_back(states_, vectors_, pulled_);
      x_credit += (pulled_.col(0) - pulled_.col(1)) / (2 * distance);
      add_drive_gradient(credit_.col(0), rates_.col(0), 1 / (2 * distance));
      add_drive_gradient(credit_.col(1), rates_.col(1), -1 / (2 * distance));
      break;
    }
  }
}

/// Between the two sides, by the zeros of rates and of what derivatives are made of.
bool Flossing::crosses_kink() const {
  return ((rates_.col(0).array() == 0) != (rates_.col(1).array() == 0)).any() ||
         ((credit_.col(0).array() == 0) != (credit_.col(1).array() == 0)).any();
}

/// Adds factor · credit [h; x; 1]ᵀ.
void Flossing::add_drive_gradient(const Eigen::Ref<const VectorXd>& credit, const Eigen::Ref<const VectorXd>& rates,
                                  double factor) {
  drive_gradient_.leftCols(rates.size()).noalias() += factor * credit * rates.transpose();
  drive_gradient_.middleCols(rates.size(), input_.size()).noalias() += factor * credit * input_.transpose();
  drive_gradient_.rightCols(1) += factor * credit;
}

}  // namespace cohort
