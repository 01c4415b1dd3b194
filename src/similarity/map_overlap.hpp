#pragma once

#include "small_square.hpp"

#include <cohort/core/decompositions.hpp>

#include <utility>

namespace cohort {

/// The overlap <A, C B Cᵀ> around one C, as a function of the antisymmetric Ω in C exp(Ω). `Square` is MatrixXd or a
/// SmallSquare, whose rows and columns beyond the maps are zero in everything.
template <class Square>
class MapOverlap {
 public:
  MapOverlap(Square a, const Square& b)
      : a_(std::move(a)),
        b_(b),
        b_transposed_(b.transpose()),
        work_(a_),
        with_a_(a_),
        with_b_(a_),
        result_(a_),
        turned_(a_),
        rotation_(a_) {}

  void go_to(const Square& rotation) {
    rotation_ = rotation;
    with_a_ = rotation.transpose();
    multiply_square(with_a_, a_, work_);
    multiply_square(work_, rotation_, turned_);
    value_ = turned_.cwiseProduct(b_).sum();
    commutator(turned_, b_transposed_, work_);
    gradient_ = (work_ - work_.transpose()) / 2;
  }

  double value() const { return value_; }
  const Square& rotation() const { return rotation_; }
  const Square& gradient() const { return gradient_; }

  /// The Hessian times Ω.
  const Square& curvature(const Square& omega) {
    commutator(omega, b_transposed_, with_b_);
    commutator(omega, turned_, with_a_);
    commutator(turned_, with_b_, work_);
    multiply_square<Into::subtract>(with_a_, b_transposed_, work_);
    multiply_square<Into::add>(b_transposed_, with_a_, work_);
    result_ = (work_ - work_.transpose()) / 4;
    return result_;
  }

  /// C times the Cayley transform of Ω, which is exp(Ω) to second order and orthogonal for any Ω.
  Square moved(const Square& omega) const {
    const Square identity = Square::Identity(omega.rows(), omega.cols());
    const Square turn = solved(identity - omega / 2, identity + omega / 2);
    Square result = turn;
    multiply_square(rotation_, turn, result);
    return result;
  }

 private:
  static void commutator(const Square& x, const Square& y, Square& result) {
    multiply_square(x, y, result);
    multiply_square<Into::subtract>(y, x, result);
  }

  static Square solved(const Square& left, const Square& right) { return left.partialPivLu().solve(right); }

  Square a_, b_, b_transposed_;
  Square work_, with_a_, with_b_, result_, turned_, rotation_, gradient_;
  double value_ = 0;
};

}  // namespace cohort
