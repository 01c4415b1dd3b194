#include <cohort/dynamics/hessian_products.hpp>

#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr double kDistance = 2e-6, kLeastDistance = 1e-10, kShrink = 8;
/// From one side: what is cut off is of the order of the distance, what is rounded 1e-16 over it.
constexpr double kOneSidedDistance = 2e-8;

}  // namespace

HessianProducts::HessianProducts(TrialLoss& loss, const VectorXd& parameters, const ParameterSubset& subset)
    : loss_(loss),
      parameters_(parameters),
      subset_(subset),
      distance_(kDistance * (1 + subset.part_of(parameters).norm())),
      one_sided_distance_(distance_ * kOneSidedDistance / kDistance),
      least_distance_(distance_ * kLeastDistance / kDistance),
      value_(loss.run(parameters)),
      gradient_(subset.part_of(loss.gradient())) {
  loss.write_pattern(here_);
}

template <class Take>
auto HessianProducts::quotient(const VectorXd& v, const Take& take) {
  const double length = v.norm();
  for (;; distance_ /= kShrink) {
    if (distance_ < least_distance_) throw AtKink();
    moved_ = parameters_;
    subset_.add(v, distance_ / length, moved_);
    loss_.run(moved_);
    loss_.write_pattern(above_);
    auto difference = take();
    moved_ = parameters_;
    subset_.add(v, -distance_ / length, moved_);
    loss_.run(moved_);
    loss_.write_pattern(below_);
    if (above_ != below_) continue;
    difference -= take();
    difference *= length / (2 * distance_);
    return difference;
  }
}

template <class Take>
VectorXd HessianProducts::one_sided_quotient(const VectorXd& v, const VectorXd& here, const Take& take) {
  const double length = v.norm();
  for (;; one_sided_distance_ /= kShrink) {
    if (one_sided_distance_ < least_distance_) throw AtKink();
    moved_ = parameters_;
    subset_.add(v, one_sided_distance_ / length, moved_);
    loss_.run(moved_);
    loss_.write_pattern(above_);
    if (above_ != here_) continue;
    return (take() - here) * (length / one_sided_distance_);
  }
}

VectorXd HessianProducts::multiply(const VectorXd& v) {
  ++n_products_;
  if (v.isZero(0)) return VectorXd::Zero(v.size());
  return quotient(v, [&] { return subset_.part_of(loss_.gradient()); });
}

VectorXd HessianProducts::multiply_roughly(const VectorXd& v) {
  ++n_products_;
  if (v.isZero(0)) return VectorXd::Zero(v.size());
  return one_sided_quotient(v, gradient_, [&] { return subset_.part_of(loss_.gradient()); });
}

VectorXd HessianProducts::update_of(LearningRule<double>& rule) {
  loss_.run(parameters_);
  return subset_.part_of(loss_.update_of(rule));
}

VectorXd HessianProducts::multiply_update(LearningRule<double>& rule, const VectorXd& here, const VectorXd& v) {
  ++n_products_;
  if (v.isZero(0)) return VectorXd::Zero(v.size());
  return one_sided_quotient(v, here, [&] { return subset_.part_of(loss_.update_of(rule)); });
}

VectorXd HessianProducts::multiply_gauss_newton(const VectorXd& v) {
  ++n_products_;
  if (v.isZero(0)) return VectorXd::Zero(v.size());
  // The change of dE/dy along v is (∂²E/∂y²) J v.
  const MatrixXd change = quotient(v, [&] { return MatrixXd(loss_.output_error()); });
  loss_.run(parameters_);
  return subset_.part_of(loss_.pull_back(change));
}

double HessianProducts::sharpness_along(const VectorXd& v) {
  if (v.isZero(0)) return std::numeric_limits<double>::quiet_NaN();
  return v.dot(multiply(v)) / v.squaredNorm();
}

}  // namespace cohort
