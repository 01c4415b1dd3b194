#pragma once

#include <cohort/network/membrane.hpp>
#include <cohort/network/recurrent_cell.hpp>
#include <cohort/network/spike_threshold.hpp>
#include <cohort/network/unit_constants.hpp>

namespace cohort {

/// Leaky integrate-and-fire unit whose threshold rises with every spike and decays slowly (Bellec et al. 2018, 2020,
/// doi:10.1038/s41467-020-17236-y, eq. 10 and 11):
///
///     v_t = α v_{t-1} + ζ (W z_{t-1} + W_in x_t + b) - θ z_{t-1},   α = exp(-1/τ)
///     a_t = ρ a_{t-1} + z_{t-1},                                     ρ = exp(-1/τ_a), τ and τ_a in steps
///     z_t = 1 where v_t >= A_t = θ + β a_t and the unit is not refractory, else 0
///
/// `adaptive=s`: the last share s of the units adapts, β of the others is 0; Bellec 2020 and Liu 2021 mix half and
/// half. ζ, ψ and refractoriness as in `lif`. The derivative of the reset is dropped, that of a_t by z_{t-1} is kept:
/// it is what the slow eligibility trace of e-prop consists of.
///
/// State: v, a and the steps of refractoriness that are left; all start at zero.
template <class Real>
class Alif {
 public:
  using Scalar = Real;
  static constexpr Index n_variables = 3, n_drives = 1, n_saved = 1;  ///< saved: ψ
  static constexpr bool drive_is_state = false;

  static Description description();
  static std::vector<Gate> gates() { return {{"W", "W_in", "b"}}; }
  static const char* initial_state() { return ""; }

  explicit Alif(const Parameters& parameters);
  void wire(const RandomStream& stream);
  NetworkConstants<Scalar> constants() const;
  void complete(CellTraits& traits) const;
  const UnitConstants<Scalar>& scale() const { return membrane_.zeta(); }

  template <class Math>
  void settle(Blocks<Scalar> state, Blocks<Scalar> saved, Blocks<Scalar> rate) const;
  template <class Math>
  void advance(Blocks<const Scalar> before, Blocks<const Scalar> drive, Blocks<Scalar> after, Blocks<Scalar> saved,
               Blocks<const Scalar> rate_before, Blocks<Scalar> rate) const;
  void pull(const Moment<Scalar>& moment, Blocks<const Scalar> rate_credit, Blocks<const Scalar> next,
            Blocks<Scalar> credit) const;
  void to_drive(const Moment<Scalar>& moment, Blocks<const Scalar> credit, Blocks<Scalar> drive_credit) const;

 private:
  enum { kVoltage, kAdaptation, kCounter };

  Membrane<Scalar> membrane_;
  SpikeThreshold<Scalar> threshold_;
  Values tau_adaptation_, beta_values_;
  Index first_adaptive_;
  UnitConstants<Scalar> rho_, beta_;
};

}  // namespace cohort
