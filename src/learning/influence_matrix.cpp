#include <cohort/learning/influence_matrix.hpp>

#include <algorithm>

namespace cohort {
namespace {

/// target = source[units], without the copy of `units` that Eigen's indexing makes.
template <class Source, class Target>
void pick(const Source& source, const std::vector<Index>& units, Target&& target) {
  for (std::size_t i = 0; i < units.size(); ++i) target[static_cast<Index>(i)] = source[units[i]];
}

}  // namespace

template <class Scalar>
InfluenceMatrix<Scalar>::InfluenceMatrix(const InfluenceLayout& layout, const std::vector<std::vector<Index>>& reached)
    : layout_(layout), one_(Vector<Scalar>::Ones(1)) {
  for (Index unit = 0; unit < layout.n_units; ++unit) {
    const auto& list = reached[static_cast<std::size_t>(unit)];
    auto group = std::find_if(groups_.begin(), groups_.end(), [&](const Group& g) { return g.reached == list; });
    if (group == groups_.end()) group = groups_.insert(groups_.end(), Group{list, {}, {}, {}});
    group->members.push_back(unit);
    group->positions.push_back(std::lower_bound(list.begin(), list.end(), unit) - list.begin());
  }
  const auto n_variables = static_cast<std::size_t>(layout.n_variables);
  for (Group& group : groups_) {
    const auto n = static_cast<Index>(group.reached.size()), n_members = static_cast<Index>(group.members.size());
    group.values.assign(n_variables, PaddedMatrix<Scalar>(n, layout.n_rows() * n_members));
    if (work_.contains(n)) continue;
    Work& work = work_[n];
    work.spread.assign(n_variables, PackedMatrix<Scalar>(n, n));
    work.is_driven.resize(n_variables);
    work.rates.resize(n, layout.n_rows());
    work.next.assign(n_variables, PaddedMatrix<Scalar>(n, layout.n_rows()));
    work.decay.resize(n, layout.n_variables * layout.n_variables);
    work.slope_before.resize(n, layout.n_variables);
    work.credit.resize(n);
  }
}

template <class Scalar>
void InfluenceMatrix<Scalar>::start(const StepJacobian<Scalar>&, const StepKey&) {
  for (Group& group : groups_) {
    for (PaddedMatrix<Scalar>& values : group.values) values.set_zero();
    if (!layout_.has_initial_state) continue;
    for (std::size_t member = 0; member < group.members.size(); ++member)
      group.values[0].matrix()(group.positions[member],
                               static_cast<Index>(member) * layout_.n_rows() + layout_.initial_row()) = 1;
  }
}

template <class Scalar>
void InfluenceMatrix<Scalar>::advance(StepJacobian<Scalar>& step, const Vector<Scalar>& source, const StepKey&) {
  for (Group& group : groups_) {
    Work& work = work_for(group);
    gather(step, group, work);
    for (Index member = 0; member < static_cast<Index>(group.members.size()); ++member)
      advance_member(group, member, work);
    add_immediate(step, source, group);
  }
}

/// The group's part of the Jacobian.
template <class Scalar>
void InfluenceMatrix<Scalar>::gather(StepJacobian<Scalar>& step, const Group& group, Work& work) const {
  const Index n_variables = layout_.n_variables;
  const bool is_whole = static_cast<Index>(group.reached.size()) == layout_.n_units;
  for (Index to = 0; to < n_variables; ++to) {
    const auto v = static_cast<std::size_t>(to);
    pick(step.slope_before(to), group.reached, work.slope_before.col(to));
    for (Index from = 0; from < n_variables; ++from)
      pick(step.decay(to, from), group.reached, work.decay.col(to * n_variables + from));
    work.is_driven[v] = step.is_driven(to);
    if (!work.is_driven[v]) continue;
    if (is_whole) {
      step.spread(to, work.block);
    } else {
      step.spread(to, group.reached, work.block);
    }
    work.spread[v].pack(work.block, one_);
  }
}

/// The influence of one unit's parameters: J M, with the rates' part through packed products.
template <class Scalar>
void InfluenceMatrix<Scalar>::advance_member(Group& group, Index member, Work& work) const {
  const Index n_variables = layout_.n_variables, n_rows = layout_.n_rows(), first = member * n_rows;
  auto rates = work.rates.matrix();
  rates.noalias() = work.slope_before.col(0).asDiagonal() * group.values[0].matrix().middleCols(first, n_rows);
  for (Index v = 1; v < n_variables; ++v)
    rates.noalias() += work.slope_before.col(v).asDiagonal() *
                       group.values[static_cast<std::size_t>(v)].matrix().middleCols(first, n_rows);
  for (Index to = 0; to < n_variables; ++to) {
    PaddedMatrix<Scalar>& next = work.next[static_cast<std::size_t>(to)];
    next.matrix().noalias() =
        work.decay.col(to * n_variables).asDiagonal() * group.values[0].matrix().middleCols(first, n_rows);
    for (Index from = 1; from < n_variables; ++from)
      next.matrix().noalias() += work.decay.col(to * n_variables + from).asDiagonal() *
                                 group.values[static_cast<std::size_t>(from)].matrix().middleCols(first, n_rows);
    if (work.is_driven[static_cast<std::size_t>(to)])
      multiply(work.spread[static_cast<std::size_t>(to)], work.rates.column(0), work.rates.stride(), n_rows,
               next.column(0), next.stride(), Write::add);
  }
  for (Index v = 0; v < n_variables; ++v)
    group.values[static_cast<std::size_t>(v)].array(first, n_rows) =
        work.next[static_cast<std::size_t>(v)].array(0, n_rows);
}

template <class Scalar>
void InfluenceMatrix<Scalar>::add_immediate(const StepJacobian<Scalar>& step, const Vector<Scalar>& source,
                                            Group& group) const {
  for (std::size_t member = 0; member < group.members.size(); ++member)
    for (Index v = 0; v < layout_.n_variables; ++v)
      for (Index g = 0; g < layout_.n_drives; ++g) {
        const Scalar drive = step.drive(v, g)[group.members[member]];
        if (drive == 0) continue;
        const Index first = static_cast<Index>(member) * layout_.n_rows() + g * layout_.n_sources;
        group.values[static_cast<std::size_t>(v)]
            .matrix()
            .row(group.positions[member])
            .segment(first, layout_.n_sources) += drive * source.transpose();
      }
}

template <class Scalar>
void InfluenceMatrix<Scalar>::add_gradient(const StepJacobian<Scalar>& step, const Vector<Scalar>& rate_credit,
                                           Matrix<Scalar>& target) {
  step.to_state(rate_credit, state_credit_);
  for (Group& group : groups_) {
    Vector<Scalar>& credit = work_for(group).credit;
    for (Index v = 0; v < layout_.n_variables; ++v) {
      pick(state_credit_.segment(v * layout_.n_units, layout_.n_units), group.reached, credit);
      const auto values = group.values[static_cast<std::size_t>(v)].matrix();
      for (std::size_t member = 0; member < group.members.size(); ++member)
        target.col(group.members[member]).noalias() +=
            values.middleCols(static_cast<Index>(member) * layout_.n_rows(), layout_.n_rows()).transpose() * credit;
    }
  }
}

template class InfluenceMatrix<float>;
template class InfluenceMatrix<double>;

}  // namespace cohort
