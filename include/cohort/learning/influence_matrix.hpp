#pragma once

#include <cohort/learning/influence.hpp>

#include <vector>

namespace cohort {

/// The influence matrix M_t = J_t M_{t-1} + I_t of real-time recurrent learning (Williams & Zipser 1989,
/// doi:10.1162/neco.1989.1.2.270), or the part of it that sparse approximations keep (Menick et al. 2021,
/// arXiv:2006.07232): for the parameters of each unit, the influence on the units of a given list.
///
/// Memory n_rows x n_variables x Σ |list|; a step multiplies each list's block of M by the same block of J.
template <class Scalar>
class InfluenceMatrix final : public Influence<Scalar> {
 public:
  /// `reached[unit]`: the units, ascending and `unit` among them, that the parameters of `unit` are allowed to
  /// influence.
  InfluenceMatrix(const InfluenceLayout& layout, const std::vector<std::vector<Index>>& reached);

  void start(const StepJacobian<Scalar>& first, const StepKey& key) override;
  void advance(StepJacobian<Scalar>& step, const Vector<Scalar>& source, const StepKey& key) override;
  void add_gradient(const StepJacobian<Scalar>& step, const Vector<Scalar>& rate_credit,
                    Matrix<Scalar>& target) override;

 private:
  /// Units whose parameters reach the same units, and so feel the same part of J.
  struct Group {
    std::vector<Index> reached;
    struct Member {
      Index unit = 0;
      Index position = 0;      ///< of the unit in `reached`
      Index first_column = 0;  ///< of its block in values_: n_variables times the reached units
    };
    std::vector<Member> members;
  };

  void gather(StepJacobian<Scalar>& step, const Group& group);
  void advance_member(const StepJacobian<Scalar>& step, const Vector<Scalar>& source, const Group& group,
                      const typename Group::Member& member);

  InfluenceLayout layout_;
  std::vector<Group> groups_;
  Matrix<Scalar> values_;                ///< [n_rows x n_variables * Σ |reached|]: a column is one state of one list
  Matrix<Scalar> rates_, next_;          ///< [n_rows x |reached|], [n_rows x n_variables * |reached|]
  std::vector<Matrix<Scalar>> spread_;   ///< per variable: the group's block of ∂s/∂h, empty for none
  Matrix<Scalar> decay_, slope_before_;  ///< the group's part of the columns of the linearization
  Vector<Scalar> state_credit_, kept_credit_;
};

}  // namespace cohort
