#include "basin_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace cohort {

namespace {

constexpr double mean_decay = 0.9, square_decay = 0.999, tiny = 1e-30;  // Adam's own choices; tiny guards 0 / 0
constexpr double smallest_rate = 1e-7;                                  // as part of the first rate: the start is stuck

}  // namespace

BasinSearch::BasinSearch(const DynamicalMap& map, const MatrixXd& starts, double length,
                         const FixedPointOptions& options)
    : map_(map),
      options_(options),
      first_rate_((length > 0 ? length : 1) / std::sqrt(static_cast<double>(starts.rows())) / 50),
      n_active_(starts.cols()),
      x_(starts),
      image_(starts.rows(), starts.cols()),
      residual_(starts.rows(), starts.cols()),
      gradient_(starts.rows(), starts.cols()),
      mean_(MatrixXd::Zero(starts.rows(), starts.cols())),
      square_(MatrixXd::Zero(starts.rows(), starts.cols())),
      q_(starts.cols()),
      q_before_(VectorXd::Constant(starts.cols(), std::numeric_limits<double>::infinity())),
      rate_(VectorXd::Constant(starts.cols(), first_rate_)),
      start_(static_cast<std::size_t>(starts.cols())),
      best_(starts),
      best_q_(VectorXd::Constant(starts.cols(), std::numeric_limits<double>::infinity())) {
  std::iota(start_.begin(), start_.end(), Index{0});
}

MatrixXd BasinSearch::run(const StopCheck& stop) {
  for (int step = 1; n_active_ > 0; ++step) {
    ask(stop);
    evaluate();
    record_and_adapt();
    if (step > options_.basin_steps) break;
    retire_finished();
    descend(step);
  }
  return best_;
}

void BasinSearch::evaluate() {
  map_.step(x_.leftCols(n_active_), image_.leftCols(n_active_));
  residual_.leftCols(n_active_) = x_.leftCols(n_active_) - image_.leftCols(n_active_);
  q_.head(n_active_) = residual_.leftCols(n_active_).colwise().squaredNorm().transpose() / 2;
}

void BasinSearch::record_and_adapt() {
  for (Index c = 0; c < n_active_; ++c) {
    const Index start = start_[static_cast<std::size_t>(c)];
    if (q_[c] < best_q_[start]) {
      best_q_[start] = q_[c];
      best_.col(start) = x_.col(c);
    }
    rate_[c] = q_[c] > q_before_[c] ? rate_[c] / 2 : std::min(rate_[c] * 1.05, first_rate_);
    q_before_[c] = q_[c];
  }
}

void BasinSearch::retire_finished() {
  for (Index c = n_active_; c-- > 0;)
    if (!(q_[c] > options_.basin_q) || !std::isfinite(q_[c]) || rate_[c] < smallest_rate * first_rate_) retire(c);
}

void BasinSearch::retire(Index column) {
  const Index last = --n_active_;
  if (column == last) return;
  for (MatrixXd* matrix : {&x_, &residual_, &mean_, &square_}) matrix->col(column) = matrix->col(last);
  for (VectorXd* vector : {&q_before_, &rate_}) (*vector)[column] = (*vector)[last];
  start_[static_cast<std::size_t>(column)] = start_[static_cast<std::size_t>(last)];
}

void BasinSearch::descend(int step) {
  if (n_active_ == 0) return;
  auto gradient = gradient_.leftCols(n_active_);
  auto mean = mean_.leftCols(n_active_);
  auto square = square_.leftCols(n_active_);
  map_.pull_back(x_.leftCols(n_active_), residual_.leftCols(n_active_), gradient);
  gradient = residual_.leftCols(n_active_) - gradient;  // ∇q = (I − J)ᵀ (x − F(x))
  mean = mean_decay * mean + (1 - mean_decay) * gradient;
  square = square_decay * square + (1 - square_decay) * gradient.cwiseAbs2();
  const double mean_scale = 1 / (1 - std::pow(mean_decay, step));
  const double square_scale = 1 / (1 - std::pow(square_decay, step));
  for (Index c = 0; c < n_active_; ++c)
    x_.col(c).array() -=
        rate_[c] * mean_scale * mean.col(c).array() / ((square_scale * square.col(c).array()).sqrt() + tiny);
}

}  // namespace cohort
