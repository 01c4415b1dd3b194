#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/parameters.hpp>
#include <cohort/core/random_stream.hpp>

#include <functional>
#include <vector>

namespace cohort {

/// The gradient of any cost by trying: all parameters at once are moved by ±σ, a coin each (Cauwenberghs 1993; Spall
/// 1992), and a cost that rose by ΔE speaks against all of these changes, dE/dθ ≈ ΔE/σ ξ, ξ = ±1, averaged over
/// `samples`; with antithetic=true ΔE is half the difference between +ξ and -ξ, right to second order in σ.
template <class Scalar>
class WeightDisturbance {
 public:
  /// "sigma", "samples", "antithetic", as a user is asked for them.
  static std::vector<ParameterInfo> parameters();
  explicit WeightDisturbance(const Parameters& parameters);

  /// Of an update, in forward passes.
  double passes() const { return static_cast<double>(samples_ * (antithetic_ ? 2 : 1)); }

  /// Adds the estimate to `gradient`, [n_parameters]. `cost` is asked for the cost under the `values` of the moment,
  /// which are left as they were; `undisturbed` is that of now. `reach` [n_parameters] scales each parameter's move, 0
  /// for those without effect; empty: 1.
  void add_gradient(const RandomStream& stream, Vector<Scalar>& values, double undisturbed,
                    const std::function<double()>& cost, const Vector<Scalar>& reach, Vector<Scalar>& gradient);

 private:
  void draw(RandomStream stream, const Vector<Scalar>& reach);

  double sigma_;
  Index samples_;
  bool antithetic_;
  Vector<Scalar> direction_;  ///< ξ
  Vector<Scalar> start_;      ///< the parameters, kept while they are disturbed
};

}  // namespace cohort
