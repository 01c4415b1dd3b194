#pragma once

#include <cohort/network/recurrent_cell.hpp>
#include <cohort/network/unit_constants.hpp>

namespace cohort {

/// Unit of a continuous-time recurrent network in voltage form (Miller & Fumarola 2012, eq. 1; Liu, Yang & Cueva 2025):
///
///     a_t = (1 - α) a_{t-1} + α (W h_{t-1} + W_in x_t + b),   h_t = f(a_t),   α = 1/τ with τ in steps
///
/// State: the voltage a, with a learned initial value `a_0` (starts at zero).
template <class Real>
class Ctrnn {
 public:
  using Scalar = Real;
  static constexpr Index n_variables = 1, n_drives = 1, n_saved = 0;
  static constexpr bool drive_is_state = true;

  static Description description();
  static std::vector<Gate> gates() { return {{"W", "W_in", "b"}}; }
  static const char* initial_state() { return "a_0"; }

  explicit Ctrnn(const Parameters& parameters);
  void wire(const RandomStream& stream);
  NetworkConstants<Scalar> constants() const;
  void complete(CellTraits& traits) const;
  const UnitConstants<Scalar>& scale() const { return alpha_; }

  template <class Math>
  void settle(Blocks<Scalar> state, Blocks<Scalar> saved, Blocks<Scalar> rate) const;
  template <class Math>
  void advance(Blocks<const Scalar> before, Blocks<const Scalar> drive, Blocks<Scalar> after, Blocks<Scalar> saved,
               Blocks<const Scalar> rate_before, Blocks<Scalar> rate) const;
  void pull(const Moment<Scalar>& moment, Blocks<const Scalar> rate_credit, Blocks<const Scalar> next,
            Blocks<Scalar> credit) const;
  void to_drive(const Moment<Scalar>& moment, Blocks<const Scalar> credit, Blocks<Scalar> drive_credit) const;

 private:
  Index n_units_;
  Activation activation_;
  Values tau_;
  double noise_;
  UnitConstants<Scalar> alpha_, decay_;  ///< α and 1 - α
};

}  // namespace cohort
