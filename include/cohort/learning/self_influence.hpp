#pragma once

#include <cohort/learning/influence.hpp>

namespace cohort {

/// The influence matrix of SnAp-1 (Menick et al. 2021, arXiv:2006.07232): of each parameter on its own unit alone,
/// through the unit's memory and its connection to itself. What InfluenceMatrix computes for lists of one unit, for all
/// units at once.
template <class Scalar>
class SelfInfluence final : public Influence<Scalar> {
 public:
  explicit SelfInfluence(const InfluenceLayout& layout);

  void start(const StepJacobian<Scalar>& first, const StepKey& key) override;
  void advance(StepJacobian<Scalar>& step, const Vector<Scalar>& source, const StepKey& key) override;
  void add_gradient(const StepJacobian<Scalar>& step, const Vector<Scalar>& rate_credit,
                    Matrix<Scalar>& target) override;

 private:
  auto of(Matrix<Scalar>& values, Index variable) const {
    return values.middleCols(variable * layout_.n_units, layout_.n_units);
  }

  InfluenceLayout layout_;
  Matrix<Scalar> values_, next_;  ///< [n_rows x n_variables * n_units]
  Vector<Scalar> factor_;         ///< [n_units]
};

}  // namespace cohort
