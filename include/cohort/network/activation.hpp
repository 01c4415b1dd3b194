#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/network/vector_tanh.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cohort {

/// h = f(a). `retanh` is max(tanh a, 0), the default of Liu, Yang & Cueva 2025.
enum class Activation { linear, relu, retanh, sigmoid, softplus, tanh };

const std::vector<std::string>& activation_names();
Activation activation_from(std::string_view name);

/// The limit of |f(a)|; 0 when there is none.
double highest_rate(Activation activation);

/// Each activation as two elementwise expressions: `value` maps pre-activations to rates, `slope` gives f'(a) from the
/// rate h = f(a). Written in operations that have a SIMD form.
namespace activations {

/// The tanh of forward passes: Eigen's, which takes doubles one at a time.
struct PassMath {
  static auto tanh(const auto& a) { return a.tanh(); }
};

/// The tanh of maps in double precision: ten times as fast, and the same but for the last bits.
struct MapMath {
  static auto tanh(const auto& a) { return a.unaryExpr(VectorTanh<typename std::decay_t<decltype(a)>::Scalar>()); }
};

struct Linear {
  static auto value(const auto& a) { return a + 0; }
  static auto slope(const auto& h) { return h * 0 + 1; }
};

struct Relu {
  static auto value(const auto& a) { return a.max(0); }
  static auto slope(const auto& h) { return h.ceil().min(1); }  // h >= 0; ceil, because sign has no SIMD form
};

template <class Math = PassMath>
struct Retanh {
  static auto value(const auto& a) { return Math::tanh(a).max(0); }
  static auto slope(const auto& h) { return h.ceil() - h * h; }  // 0 <= h <= 1
};

struct Sigmoid {
  static auto value(const auto& a) { return a.logistic(); }
  static auto slope(const auto& h) { return h - h * h; }
};

struct Softplus {
  // log(1 + e^a) without overflow
  static auto value(const auto& a) { return a.max(0) + (-a.abs()).exp().log1p(); }
  static auto slope(const auto& h) { return -(-h).expm1(); }
};

template <class Math = PassMath>
struct Tanh {
  static auto value(const auto& a) { return Math::tanh(a); }
  static auto slope(const auto& h) { return 1 - h * h; }
};

}  // namespace activations

/// Calls `use` with a type that carries the activation, so that the choice is made once per block and not per value:
/// `visit_activation(a, [&](auto f) { h = f.value(x); d = f.slope(h); })`.
template <class Math = activations::PassMath, class Use>
decltype(auto) visit_activation(Activation activation, Use&& use) {
  switch (activation) {
    case Activation::linear:
      return use(activations::Linear());
    case Activation::relu:
      return use(activations::Relu());
    case Activation::retanh:
      return use(activations::Retanh<Math>());
    case Activation::sigmoid:
      return use(activations::Sigmoid());
    case Activation::softplus:
      return use(activations::Softplus());
    case Activation::tanh:
      break;
  }
  return use(activations::Tanh<Math>());
}

}  // namespace cohort
