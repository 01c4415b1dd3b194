#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cohort {

/// What stands for the derivative of a spike with respect to the membrane potential: a bump around threshold, of height
/// 1 and width 1 here.
enum class Surrogate { fast_sigmoid, gaussian, piecewise_linear };

const std::vector<std::string>& surrogate_names();
Surrogate surrogate_from(std::string_view name);

/// Each as an elementwise expression of x, the distance from threshold in units of its width.
namespace surrogates {

/// Zenke & Ganguli 2018, doi:10.1162/neco_a_01086
struct FastSigmoid {
  static auto value(const auto& x) { return (1 + x.abs()).square().inverse(); }
};

/// Yin, Corradi & Bohté 2020, arXiv:2005.11633
struct Gaussian {
  static auto value(const auto& x) { return (x * x / -2).exp(); }
};

/// Bellec et al. 2018, arXiv:1803.09574
struct PiecewiseLinear {
  static auto value(const auto& x) { return (1 - x.abs()).max(0); }
};

}  // namespace surrogates

/// Calls `use` with a type that carries the surrogate; see visit_activation.
template <class Use>
decltype(auto) visit_surrogate(Surrogate surrogate, Use&& use) {
  switch (surrogate) {
    case Surrogate::fast_sigmoid:
      return use(surrogates::FastSigmoid());
    case Surrogate::gaussian:
      return use(surrogates::Gaussian());
    case Surrogate::piecewise_linear:
      break;
  }
  return use(surrogates::PiecewiseLinear());
}

}  // namespace cohort
