#include <cohort/learning/influence_matrix.hpp>

#include <algorithm>

namespace cohort {

template <class Scalar>
InfluenceMatrix<Scalar>::InfluenceMatrix(const InfluenceLayout& layout, const std::vector<std::vector<Index>>& reached)
    : layout_(layout), spread_(static_cast<std::size_t>(layout.n_variables)) {
  Index n_columns = 0;
  for (Index unit = 0; unit < layout.n_units; ++unit) {
    const auto& list = reached[static_cast<std::size_t>(unit)];
    auto group = std::find_if(groups_.begin(), groups_.end(), [&](const Group& g) { return g.reached == list; });
    if (group == groups_.end()) group = groups_.insert(groups_.end(), Group{list, {}});
    const auto position = std::lower_bound(list.begin(), list.end(), unit) - list.begin();
    group->members.push_back({unit, position, n_columns});
    n_columns += layout.n_variables * static_cast<Index>(list.size());
  }
  values_.resize(layout.n_rows(), n_columns);
}

template <class Scalar>
void InfluenceMatrix<Scalar>::start(const StepJacobian<Scalar>&, const StepKey&) {
  values_.setZero();
  if (!layout_.has_initial_state) return;
  for (const Group& group : groups_)
    for (const auto& member : group.members) values_(layout_.initial_row(), member.first_column + member.position) = 1;
}

template <class Scalar>
void InfluenceMatrix<Scalar>::advance(StepJacobian<Scalar>& step, const Vector<Scalar>& source, const StepKey&) {
  for (const Group& group : groups_) {
    gather(step, group);
    for (const auto& member : group.members) advance_member(step, source, group, member);
  }
}

template <class Scalar>
void InfluenceMatrix<Scalar>::gather(StepJacobian<Scalar>& step, const Group& group) {
  const Index n_variables = layout_.n_variables;
  const auto n = static_cast<Index>(group.reached.size());
  decay_.resize(n, n_variables * n_variables);
  slope_before_.resize(n, n_variables);
  for (Index to = 0; to < n_variables; ++to) {
    slope_before_.col(to) = step.slope_before(to)(group.reached);
    for (Index from = 0; from < n_variables; ++from)
      decay_.col(to * n_variables + from) = step.decay(to, from)(group.reached);
    Matrix<Scalar>& spread = spread_[static_cast<std::size_t>(to)];
    if (!step.is_driven(to)) {
      spread.resize(0, 0);
    } else if (n == layout_.n_units) {
      step.spread(to, spread);
    } else {
      step.spread(to, group.reached, spread);
    }
  }
  rates_.resize(layout_.n_rows(), n);
  next_.resize(layout_.n_rows(), n_variables * n);
}

template <class Scalar>
void InfluenceMatrix<Scalar>::advance_member(const StepJacobian<Scalar>& step, const Vector<Scalar>& source,
                                             const Group& group, const typename Group::Member& member) {
  const Index n_variables = layout_.n_variables;
  const auto n = static_cast<Index>(group.reached.size());
  auto block = values_.middleCols(member.first_column, n_variables * n);
  rates_.noalias() = block.leftCols(n) * slope_before_.col(0).asDiagonal();
  for (Index v = 1; v < n_variables; ++v)
    rates_.noalias() += block.middleCols(v * n, n) * slope_before_.col(v).asDiagonal();
  for (Index to = 0; to < n_variables; ++to) {
    auto next = next_.middleCols(to * n, n);
    next.noalias() = block.leftCols(n) * decay_.col(to * n_variables).asDiagonal();
    for (Index from = 1; from < n_variables; ++from)
      next.noalias() += block.middleCols(from * n, n) * decay_.col(to * n_variables + from).asDiagonal();
    const Matrix<Scalar>& spread = spread_[static_cast<std::size_t>(to)];
    if (spread.size() == 1) {
      next += spread(0, 0) * rates_;
    } else if (spread.size() > 0) {
      next.noalias() += rates_ * spread.transpose();
    }
    for (Index drive = 0; drive < layout_.n_drives; ++drive)
      next.col(member.position).segment(drive * layout_.n_sources, layout_.n_sources) +=
          step.drive(to, drive)[member.unit] * source;
  }
  block = next_;
}

template <class Scalar>
void InfluenceMatrix<Scalar>::add_gradient(const StepJacobian<Scalar>& step, const Vector<Scalar>& rate_credit,
                                           Matrix<Scalar>& target) {
  step.to_state(rate_credit, state_credit_);
  for (const Group& group : groups_) {
    const auto n = static_cast<Index>(group.reached.size());
    kept_credit_.resize(layout_.n_variables * n);
    for (Index v = 0; v < layout_.n_variables; ++v)
      kept_credit_.segment(v * n, n) = state_credit_.segment(v * layout_.n_units, layout_.n_units)(group.reached);
    for (const auto& member : group.members)
      target.col(member.unit).noalias() += values_.middleCols(member.first_column, kept_credit_.size()) * kept_credit_;
  }
}

template class InfluenceMatrix<float>;
template class InfluenceMatrix<double>;

}  // namespace cohort
