#pragma once

#include <cohort/network/membrane.hpp>
#include <cohort/network/recurrent_cell.hpp>
#include <cohort/network/spike_threshold.hpp>

namespace cohort {

/// Leaky integrate-and-fire unit in discrete time (Bellec et al. 2020, doi:10.1038/s41467-020-17236-y, eq. 8 and 9):
///
///     v_t = α v_{t-1} + ζ (W z_{t-1} + W_in x_t + b) - θ z_{t-1},   α = exp(-1/τ) with τ in steps
///     z_t = 1 where v_t >= θ and the unit is not refractory, else 0
///
/// ζ is 1 - α (`drive_scale=leak`: v is a weighted mean of its drives) or 1 (`one`). The rates of this cell are the
/// spikes z. SpikeThreshold says what stands for their derivative; the reset's is dropped.
///
/// State: v and the steps of refractoriness that are left; both start at zero.
template <class Real>
class Lif {
 public:
  using Scalar = Real;
  static constexpr Index n_variables = 2, n_drives = 1, n_saved = 1;  ///< saved: ψ
  static constexpr bool drive_is_state = false;

  static Description description();
  static std::vector<Gate> gates() { return {{"W", "W_in", "b"}}; }
  static const char* initial_state() { return ""; }

  explicit Lif(const Parameters& parameters);
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
  enum { kVoltage, kCounter };

  Membrane<Scalar> membrane_;
  SpikeThreshold<Scalar> threshold_;
};

}  // namespace cohort
