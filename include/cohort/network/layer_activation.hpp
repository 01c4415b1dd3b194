#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/parameters.hpp>

#include <string>
#include <vector>

namespace cohort {

/// The activation function h = f(z) of a layer, with its derivative and inverse as functions of h.
///
/// softplus is log(1 + exp(βz)) / β, so that f'(z) = 1 - exp(-βh) exactly; leaky_relu has `slope` for z < 0. At the
/// kink relu'(0) = 0 and leaky_relu'(0) = 1.
class LayerActivation {
 public:
  enum class Kind { leaky_relu, linear, relu, sigmoid, softplus, tanh };

  /// "activation", "beta", "slope": what an architecture of layers asks its user; `fallback` is its usual function.
  static std::vector<ParameterInfo> parameters(const std::string& fallback);

  LayerActivation() = default;  ///< linear
  explicit LayerActivation(Kind kind) : kind_(kind) {}
  explicit LayerActivation(const Parameters& parameters);

  /// z becomes h, in place.
  template <class Scalar>
  void apply(Matrix<Scalar>& drive) const;

  /// Writes f'(z) for h = f(z).
  template <class Scalar>
  void slope(const Matrix<Scalar>& activity, Matrix<Scalar>& result) const;

  /// Writes z for h = f(z). Throws UserError for relu, which has no inverse.
  template <class Scalar>
  void invert(const Matrix<Scalar>& activity, Matrix<Scalar>& result) const;

  /// Not where what is below zero is lost.
  bool is_invertible() const { return kind_ != Kind::relu && !(kind_ == Kind::leaky_relu && slope_ == 0); }

  /// Whether every number is the activity of some drive.
  bool is_onto() const { return kind_ == Kind::linear || (kind_ == Kind::leaky_relu && slope_ > 0); }

 private:
  Kind kind_ = Kind::linear;
  double beta_ = 1, slope_ = 0;
};

}  // namespace cohort
