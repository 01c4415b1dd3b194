#include <cohort/learning/self_influence.hpp>

namespace cohort {

template <class Scalar>
SelfInfluence<Scalar>::SelfInfluence(const InfluenceLayout& layout)
    : layout_(layout),
      values_(layout.n_rows(), layout.n_states()),
      next_(layout.n_rows(), layout.n_states()),
      factor_(layout.n_units) {}

template <class Scalar>
void SelfInfluence<Scalar>::start(const StepJacobian<Scalar>&, const StepKey&) {
  values_.setZero();
  if (layout_.has_initial_state) values_.row(layout_.initial_row()).head(layout_.n_units).setOnes();
}

template <class Scalar>
void SelfInfluence<Scalar>::advance(StepJacobian<Scalar>& step, const Vector<Scalar>& source, const StepKey&) {
  for (Index to = 0; to < layout_.n_variables; ++to) {
    for (Index from = 0; from < layout_.n_variables; ++from) {
      step.own(to, from, factor_);
      if (from == 0) {
        of(next_, to).noalias() = of(values_, from) * factor_.asDiagonal();
      } else {
        of(next_, to).noalias() += of(values_, from) * factor_.asDiagonal();
      }
    }
    for (Index g = 0; g < layout_.n_drives; ++g)
      of(next_, to).middleRows(g * layout_.n_sources, layout_.n_sources).noalias() +=
          source * step.drive(to, g).transpose();
  }
  values_.swap(next_);
}

template <class Scalar>
void SelfInfluence<Scalar>::add_gradient(const StepJacobian<Scalar>& step, const Vector<Scalar>& rate_credit,
                                         Matrix<Scalar>& target) {
  for (Index v = 0; v < layout_.n_variables; ++v) {
    factor_ = step.slope(v).cwiseProduct(rate_credit);
    target.noalias() += of(values_, v) * factor_.asDiagonal();
  }
}

template class SelfInfluence<float>;
template class SelfInfluence<double>;

}  // namespace cohort
