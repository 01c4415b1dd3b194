#pragma once

#include <cohort/network/recurrent_cell.hpp>
#include <cohort/network/unit_constants.hpp>

namespace cohort {

/// Long short-term memory (Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735, with the forget gate of Gers,
/// Schmidhuber & Cummins 2000), PyTorch's conventions with the two biases of a gate joined into one:
///
///     i, f, o = σ(W_· h_{t-1} + W_in_· x_t + b_·),   g = tanh(W_g h_{t-1} + W_in_g x_t + b_g)
///     c_t = f c_{t-1} + i g,   h_t = o tanh c_t
///
/// State: c, with a learned initial value `c_0` (starts at zero), and h, which starts at zero.
template <class Real>
class Lstm {
 public:
  using Scalar = Real;
  static constexpr Index n_variables = 2, n_drives = 4, n_saved = 6;
  static constexpr bool drive_is_state = false;

  static Description description();
  static std::vector<Gate> gates() {
    return {{"W_i", "W_in_i", "b_i"}, {"W_f", "W_in_f", "b_f"}, {"W_g", "W_in_g", "b_g"}, {"W_o", "W_in_o", "b_o"}};
  }
  static const char* initial_state() { return "c_0"; }

  explicit Lstm(const Parameters& parameters);
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
  enum { kMemory, kOutput };                  ///< variables: c, h
  enum { kIn, kForget, kCandidate, kOut };    ///< drives, in the order of `gates()`, and the first that are saved
  enum { kSavedMemory = 4, kSavedTanh = 5 };  ///< saved besides: c, tanh c

  Index n_units_;
  double noise_;
  UnitConstants<Scalar> one_;
};

}  // namespace cohort
