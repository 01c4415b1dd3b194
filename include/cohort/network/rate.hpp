#pragma once

#include <cohort/network/recurrent_cell.hpp>
#include <cohort/network/unit_constants.hpp>

namespace cohort {

/// Unit of a recurrent network in rate form (Murray 2019, eq. 1):
///
///     u_t = W h_{t-1} + W_in x_t + b,   h_t = (1 - α) h_{t-1} + α f(u_t),   α = 1/τ with τ in steps
///
/// State: the rate h itself, with a learned initial value `h_0` (starts at zero).
template <class Real>
class Rate {
 public:
  using Scalar = Real;
  static constexpr Index n_variables = 1, n_drives = 1, n_saved = 1;  ///< saved: f(u_t)
  static constexpr bool drive_is_state = false;

  static Description description();
  static std::vector<Gate> gates() { return {{"W", "W_in", "b"}}; }
  static const char* initial_state() { return "h_0"; }

  explicit Rate(const Parameters& parameters);
  void wire(const RandomStream& stream);
  NetworkConstants<Scalar> constants() const;
  void complete(CellTraits& traits) const;
  const UnitConstants<Scalar>& scale() const { return one_; }

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
  UnitConstants<Scalar> one_, alpha_, decay_;  ///< 1, α and 1 - α
};

}  // namespace cohort
