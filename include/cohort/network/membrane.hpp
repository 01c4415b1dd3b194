#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/cell.hpp>
#include <cohort/network/unit_constants.hpp>

namespace cohort {

/// The leaky membrane of spiking units: v_t = α v_{t-1} + ζ u_t - θ z_{t-1}, α = exp(-1/τ) with τ in steps, ζ = 1 - α
/// (`drive_scale=leak`) or 1 (`one`).
template <class Scalar>
class Membrane {
 public:
  /// Adds the parameters of the membrane to a cell's description.
  static void describe(Description& description);

  explicit Membrane(const Parameters& parameters);
  void wire(const RandomStream& stream);
  void complete(CellTraits& traits) const;
  NetworkConstants<Scalar> constants() const;

  Index n_units() const { return n_units_; }
  const UnitConstants<Scalar>& alpha() const { return alpha_; }
  const UnitConstants<Scalar>& zeta() const { return zeta_; }

 private:
  Index n_units_;
  Values tau_;
  bool scales_drives_;
  double noise_;
  UnitConstants<Scalar> alpha_, zeta_;
};

}  // namespace cohort
