#pragma once

#include <cohort/core/matrix_product.hpp>
#include <cohort/learning/influence.hpp>

#include <map>
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

  /// Cost in forward passes, roughly and as measured, of lists of so many units.
  static double relative_cost(double n_reached) { return 0.8 * n_reached * (n_reached + 30); }

  void start(const StepJacobian<Scalar>& first, const StepKey& key) override;
  void advance(StepJacobian<Scalar>& step, const Vector<Scalar>& source, const StepKey& key) override;
  void add_gradient(const StepJacobian<Scalar>& step, const Vector<Scalar>& rate_credit,
                    Matrix<Scalar>& target) override;

 private:
  /// Units whose parameters reach the same units, and so feel the same part of J.
  struct Group {
    std::vector<Index> reached;
    std::vector<Index> members;
    std::vector<Index> positions;              ///< of the members in `reached`
    std::vector<PaddedMatrix<Scalar>> values;  ///< per variable: [reached x n_rows * members]
  };
  /// Work space for lists of one length.
  struct Work {
    std::vector<PackedMatrix<Scalar>> spread;  ///< per variable: ∂s/∂h, where `is_driven`
    std::vector<bool> is_driven;
    Matrix<Scalar> block;                    ///< what is packed
    PaddedMatrix<Scalar> rates;              ///< of one member: ∂h/∂θ, [reached x n_rows]
    std::vector<PaddedMatrix<Scalar>> next;  ///< of one member, per variable
    Matrix<Scalar> decay, slope_before;      ///< columns of the linearization
    Vector<Scalar> credit;
  };

  Work& work_for(const Group& group) { return work_.at(static_cast<Index>(group.reached.size())); }
  void gather(StepJacobian<Scalar>& step, const Group& group, Work& work) const;
  void advance_member(Group& group, Index member, Work& work) const;
  void add_immediate(const StepJacobian<Scalar>& step, const Vector<Scalar>& source, Group& group) const;

  InfluenceLayout layout_;
  std::vector<Group> groups_;
  std::map<Index, Work> work_;
  Vector<Scalar> one_, state_credit_;
};

}  // namespace cohort
