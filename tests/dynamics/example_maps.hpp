#pragma once

#include <cohort/core/decompositions.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/dynamics/dynamical_map.hpp>

#include <functional>

namespace cohort::test {

inline MatrixXd random_matrix(Index rows, Index cols, std::uint64_t item) {
  RandomStream stream = RandomStream("test", "dynamics", 1).substream(item);
  return MatrixXd::NullaryExpr(rows, cols, [&] { return stream.normal(); });
}

inline MatrixXd random_rotation(Index n, std::uint64_t item) {
  return MatrixXd(Eigen::HouseholderQR<MatrixXd>(random_matrix(n, n, item)).householderQ());
}

/// Any map, given as a function of one state and its Jacobian.
class FunctionMap final : public DynamicalMap {
 public:
  using Step = std::function<VectorXd(const VectorXd&)>;
  using Jacobian = std::function<MatrixXd(const VectorXd&)>;

  FunctionMap(Index dimension, Step step, Jacobian jacobian)
      : dimension_(dimension), step_(std::move(step)), jacobian_(std::move(jacobian)) {}

  Index dimension() const override { return dimension_; }
  void step(const ConstStates& x, States out) const override {
    for (Index c = 0; c < x.cols(); ++c) out.col(c) = step_(x.col(c));
  }
  void jacobian(const ConstState& x, States out) const override { out = jacobian_(x); }

 private:
  Index dimension_;
  Step step_;
  Jacobian jacobian_;
};

/// x -> A x + b.
inline FunctionMap linear_map(const MatrixXd& a, const VectorXd& b) {
  return {a.rows(), [a, b](const VectorXd& x) -> VectorXd { return a * x + b; }, [a](const VectorXd&) { return a; }};
}

/// The rate network x -> (1 - a) x + a W tanh(x), the closed form of a trained network at constant input.
class TanhNetwork final : public DynamicalMap {
 public:
  TanhNetwork(MatrixXd weights, double leak) : weights_(std::move(weights)), leak_(leak) {}

  Index dimension() const override { return weights_.rows(); }
  void step(const ConstStates& x, States out) const override {
    out.noalias() = leak_ * weights_ * x.array().tanh().matrix();
    out += (1 - leak_) * x;
  }
  void jacobian(const ConstState& x, States out) const override {
    const VectorXd slope = 1 - x.array().tanh().square();
    out = leak_ * weights_ * slope.asDiagonal();
    out.diagonal().array() += 1 - leak_;
  }
  void pull_back(const ConstStates& x, const ConstStates& v, States out) const override {
    out.noalias() = leak_ * weights_.transpose() * v;
    out.array() *= 1 - x.array().tanh().square();
    out += (1 - leak_) * v;
  }

 private:
  MatrixXd weights_;
  double leak_;
};

/// Three independent bistable units, u -> (1 - a) u + a w tanh(u) with a = 0.2, w = 2, and units that only decay, seen
/// through a random rotation. The 27 fixed points are {-1, 0, 1}³ times u* (u* = 2 tanh u*): unstable along every 0.
class RotatedFlipFlop final : public DynamicalMap {
 public:
  static constexpr double leak = 0.2, gain = 2, decay = 0.7;
  static constexpr double bistable_state = 1.9150080481545375;

  explicit RotatedFlipFlop(Index dimension) : rotation_(random_rotation(dimension, 77)) {}

  const MatrixXd& rotation() const { return rotation_; }
  Index dimension() const override { return rotation_.rows(); }
  void step(const ConstStates& x, States out) const override {
    MatrixXd u = rotation_.transpose() * x;
    u.topRows(3).array() = (1 - leak) * u.topRows(3).array() + leak * gain * u.topRows(3).array().tanh();
    u.bottomRows(u.rows() - 3) *= decay;
    out.noalias() = rotation_ * u;
  }
  void jacobian(const ConstState& x, States out) const override {
    const VectorXd u = rotation_.transpose() * x;
    VectorXd slope = VectorXd::Constant(u.size(), decay);
    slope.head(3).array() = (1 - leak) + leak * gain * (1 - u.head(3).array().tanh().square());
    out = rotation_ * slope.asDiagonal() * rotation_.transpose();
  }

  /// States that the network passes through while pulses flip its bits.
  MatrixXd visited(Index n_steps, RandomStream stream) const {
    MatrixXd states(dimension(), n_steps);
    VectorXd x = rotation_.leftCols(3) * VectorXd::Constant(3, bistable_state), next(dimension());
    for (Index t = 0; t < n_steps; ++t) {
      step(x, next);
      VectorXd pulse = VectorXd::Zero(3);
      for (Index bit = 0; bit < 3; ++bit)
        if (stream.uniform() < 0.05) pulse[bit] = stream.uniform() < 0.5 ? -2.2 : 2.2;
      x = next + rotation_.leftCols(3) * pulse;
      states.col(t) = x;
    }
    return states;
  }

 private:
  MatrixXd rotation_;
};

}  // namespace cohort::test
