#pragma once

#include <cohort/network/recurrent_cell.hpp>
#include <cohort/network/unit_constants.hpp>

namespace cohort {

/// Gated recurrent unit (Cho et al. 2014, doi:10.3115/v1/D14-1179) with PyTorch's conventions: z keeps the old rate,
/// and r acts on the recurrent part of the candidate n, its bias b_hn included.
///
///     r = σ(W_r h_{t-1} + W_in_r x_t + b_r),   z = σ(W_z h_{t-1} + W_in_z x_t + b_z)
///     n = tanh(W_in_n x_t + b_n + r (W_n h_{t-1} + b_hn)),   h_t = (1 - z) n + z h_{t-1}
///
/// State: the rate h, with a learned initial value `h_0` (starts at zero).
template <class Real>
class Gru {
 public:
  using Scalar = Real;
  static constexpr Index n_variables = 1, n_drives = 4, n_saved = 4;
  static constexpr bool drive_is_state = false;

  static Description description();
  static std::vector<Gate> gates() {
    return {{"W_r", "W_in_r", "b_r"}, {"W_z", "W_in_z", "b_z"}, {"", "W_in_n", "b_n"}, {"W_n", "", "b_hn"}};
  }
  static const char* initial_state() { return "h_0"; }

  explicit Gru(const Parameters& parameters);
  void wire(const RandomStream&) {}
  NetworkConstants<Scalar> constants() const { return {}; }
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
  /// Drives, in the order of `gates()`, and what is saved: r, z, n and the drive of the recurrent part of n.
  enum { kReset, kUpdate, kCandidate, kRecurrent };

  Index n_units_;
  double noise_;
  UnitConstants<Scalar> one_;
};

}  // namespace cohort
