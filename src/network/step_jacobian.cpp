#include <cohort/network/step_jacobian.hpp>

namespace cohort {

template <class Scalar>
void StepJacobian<Scalar>::begin(const Cell<Scalar>& cell, const ParameterSet<Scalar>& parameters) {
  n_units_ = cell.n_units();
  n_variables_ = cell.traits().n_variables;
  n_drives_ = cell.traits().n_drives;
  weights_.resize(static_cast<std::size_t>(n_drives_));
  for (Index drive = 0; drive < n_drives_; ++drive) {
    Matrix<Scalar>& weights = weights_[static_cast<std::size_t>(drive)];
    weights = cell.drive_weights(parameters, drive);
    if ((weights.array() == 0).all()) weights.resize(0, 0);
  }
  rate_.resize(n_units_);
  flow_.resize(n_units_);
  spread_.resize(n_units_, n_units_);
}

template <class Scalar>
void StepJacobian<Scalar>::select(const Linearization<Scalar>& step, Index trial) {
  step_ = &step;
  n_trials_ = step.slope.cols() / n_variables_;
  trial_ = trial;
}

template <class Scalar>
bool StepJacobian<Scalar>::is_driven(Index variable) const {
  for (Index g = 0; g < n_drives_; ++g)
    if (weights_[static_cast<std::size_t>(g)].size() > 0 && (drive(variable, g).array() != 0).any()) return true;
  return false;
}

template <class Scalar>
void StepJacobian<Scalar>::spread(Index variable, Matrix<Scalar>& result) const {
  result.setZero(n_units_, n_units_);
  for (Index g = 0; g < n_drives_; ++g) {
    const Matrix<Scalar>& weights = weights_[static_cast<std::size_t>(g)];
    if (weights.size() > 0) result.noalias() += drive(variable, g).asDiagonal() * weights;
  }
}

template <class Scalar>
void StepJacobian<Scalar>::spread(Index variable, const std::vector<Index>& units, Matrix<Scalar>& result) const {
  const auto n = static_cast<Index>(units.size());
  result.setZero(n, n);
  for (Index g = 0; g < n_drives_; ++g) {
    const Matrix<Scalar>& weights = weights_[static_cast<std::size_t>(g)];
    if (weights.size() == 0) continue;
    const Column factor = drive(variable, g);
    for (Index from = 0; from < n; ++from)
      for (Index to = 0; to < n; ++to) {
        const Index receiver = units[static_cast<std::size_t>(to)];
        result(to, from) += factor[receiver] * weights(receiver, units[static_cast<std::size_t>(from)]);
      }
  }
}

template <class Scalar>
void StepJacobian<Scalar>::own(Index to, Index from, Vector<Scalar>& result) const {
  result = decay(to, from);
  for (Index g = 0; g < n_drives_; ++g) {
    const Matrix<Scalar>& weights = weights_[static_cast<std::size_t>(g)];
    if (weights.size() > 0)
      result.array() += slope_before(from).array() * drive(to, g).array() * weights.diagonal().array();
  }
}

template <class Scalar>
void StepJacobian<Scalar>::push(const Vector<Scalar>& x, Vector<Scalar>& result) {
  result.resize(n_states());
  rate_.setZero();
  for (Index v = 0; v < n_variables_; ++v) rate_ += slope_before(v).cwiseProduct(x.segment(v * n_units_, n_units_));
  for (Index to = 0; to < n_variables_; ++to) {
    auto out = result.segment(to * n_units_, n_units_);
    out.setZero();
    for (Index from = 0; from < n_variables_; ++from)
      out += decay(to, from).cwiseProduct(x.segment(from * n_units_, n_units_));
  }
  for (Index g = 0; g < n_drives_; ++g) {
    const Matrix<Scalar>& weights = weights_[static_cast<std::size_t>(g)];
    if (weights.size() == 0) continue;
    flow_.noalias() = weights * rate_;
    for (Index v = 0; v < n_variables_; ++v) result.segment(v * n_units_, n_units_) += drive(v, g).cwiseProduct(flow_);
  }
}

template <class Scalar>
void StepJacobian<Scalar>::push(const Matrix<Scalar>& x, Matrix<Scalar>& result) {
  result.resize(n_states(), x.cols());
  rates_.setZero(n_units_, x.cols());
  for (Index v = 0; v < n_variables_; ++v)
    rates_.noalias() += slope_before(v).asDiagonal() * x.middleRows(v * n_units_, n_units_);
  for (Index to = 0; to < n_variables_; ++to) {
    auto out = result.middleRows(to * n_units_, n_units_);
    out.setZero();
    for (Index from = 0; from < n_variables_; ++from)
      out.noalias() += decay(to, from).asDiagonal() * x.middleRows(from * n_units_, n_units_);
    if (!is_driven(to)) continue;
    spread(to, spread_);
    out.noalias() += spread_ * rates_;
  }
}

template <class Scalar>
void StepJacobian<Scalar>::pull(const Vector<Scalar>& credit, Vector<Scalar>& result) {
  result.resize(n_states());
  rate_.setZero();
  for (Index g = 0; g < n_drives_; ++g) {
    const Matrix<Scalar>& weights = weights_[static_cast<std::size_t>(g)];
    if (weights.size() == 0) continue;
    flow_.setZero();
    for (Index v = 0; v < n_variables_; ++v) flow_ += drive(v, g).cwiseProduct(credit.segment(v * n_units_, n_units_));
    rate_.noalias() += weights.transpose() * flow_;
  }
  for (Index from = 0; from < n_variables_; ++from) {
    auto out = result.segment(from * n_units_, n_units_);
    out = slope_before(from).cwiseProduct(rate_);
    for (Index to = 0; to < n_variables_; ++to)
      out += decay(to, from).cwiseProduct(credit.segment(to * n_units_, n_units_));
  }
}

template <class Scalar>
void StepJacobian<Scalar>::to_state(const Vector<Scalar>& rate_credit, Vector<Scalar>& result) const {
  result.resize(n_states());
  for (Index v = 0; v < n_variables_; ++v) result.segment(v * n_units_, n_units_) = slope(v).cwiseProduct(rate_credit);
}

template class StepJacobian<float>;
template class StepJacobian<double>;

}  // namespace cohort
