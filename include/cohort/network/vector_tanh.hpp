#pragma once

#include <Eigen/Core>

#include <cmath>

namespace cohort {

/// tanh of floating-point arrays with a SIMD form for doubles, which Eigen 3.4 computes one value at a time. Within two
/// roundings of the exact value; used as `a.unaryExpr(VectorTanh<double>())`.
///
/// Below 0.625 the rational approximation of Cephes (Moshier 1992, tanh.c), above it 1 - 2 / (e^2|x| + 1).
template <class Scalar>
struct VectorTanh {
  Scalar operator()(const Scalar& x) const { return std::tanh(x); }

  template <class Packet>
  Packet packetOp(const Packet& x) const {
    using namespace Eigen::internal;
    const auto all = [](double value) { return pset1<Packet>(static_cast<Scalar>(value)); };
    const Packet square = pmul(x, x);
    Packet above = pmadd(square, all(-9.64399179425052238628e-1), all(-9.92877231001918586564e1));
    above = pmadd(above, square, all(-1.61468768441708447952e3));
    Packet below = padd(square, all(1.12811678491632931402e2));
    below = pmadd(below, square, all(2.23548839060100448583e3));
    below = pmadd(below, square, all(4.84406305325125486048e3));
    const Packet near_zero = pmadd(pmul(x, square), pdiv(above, below), x);

    const Packet size = pabs(x), one = all(1);
    const Packet rest = pdiv(all(2), padd(pexp(padd(size, size)), one));
    const Packet value = pselect(pcmp_lt_or_nan(size, all(0.625)), near_zero, psub(one, rest));
    return por(value, pand(x, all(-0.0)));  // with the sign of x
  }
};

}  // namespace cohort

namespace Eigen::internal {

template <class Scalar>
struct functor_traits<cohort::VectorTanh<Scalar>> {
  using Traits = packet_traits<Scalar>;
  enum { Cost = 30 * NumTraits<Scalar>::MulCost, PacketAccess = Traits::HasExp && Traits::HasDiv };
};

}  // namespace Eigen::internal
