#include "basin_search.hpp"

#include "search_window.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {

namespace {

constexpr double mean_decay = 0.9, square_decay = 0.999, tiny = 1e-30;  // Adam's own choices; tiny guards 0 / 0
constexpr double smallest_rate = 1e-7;                                  // as part of the first rate: the start is stuck
constexpr int first_try = 48;
constexpr int steps_between_tries = 8;  // to reach a known point: a try costs as much as a few steps

}  // namespace

BasinSearch::BasinSearch(const DynamicalMap& map, double length, const FixedPointOptions& options)
    : map_(map),
      options_(options),
      first_rate_((length > 0 ? length : 1) / std::sqrt(static_cast<double>(map.dimension())) / 50) {
  const Index window = search_window(map.dimension());
  for (MatrixXd* matrix : {&x_, &image_, &residual_, &gradient_, &mean_, &square_, &best_})
    matrix->resize(map.dimension(), window);
  for (VectorXd* vector : {&q_, &best_q_, &q_before_, &rate_, &mean_power_, &square_power_}) vector->resize(window);
  start_.resize(static_cast<std::size_t>(window));
  n_steps_.resize(static_cast<std::size_t>(window));
}

void BasinSearch::run(const MatrixXd& starts, KnownPoints& known, const StopCheck& stop, const Done& done) {
  Index next = 0;
  SearchEnd end;
  while (next < starts.cols() || n_active_ > 0) {
    ask(stop);
    for (; n_active_ < x_.cols() && next < starts.cols(); ++next) enter(next, starts.col(next));
    evaluate();
    for (Index c = n_active_; c-- > 0;) {
      adapt(c);
      const int step = ++n_steps_[static_cast<std::size_t>(c)];
      const bool may_end = is_done(c) || (step >= first_try && step % steps_between_tries == 0);
      const bool reached = may_end && known.reach(x_.col(c), residual_.col(c), end);
      if (!reached && !is_done(c)) {
        descend(c);
        continue;
      }
      done(start_[static_cast<std::size_t>(c)], reached ? std::move(end) : SearchEnd{best_.col(c), best_q_[c]});
      leave(c);
    }
  }
}

void BasinSearch::enter(Index start, const Eigen::Ref<const VectorXd>& state) {
  const Index c = n_active_++;
  x_.col(c) = best_.col(c) = state;
  mean_.col(c).setZero();
  square_.col(c).setZero();
  best_q_[c] = q_before_[c] = std::numeric_limits<double>::infinity();
  rate_[c] = first_rate_;
  mean_power_[c] = square_power_[c] = 1;
  start_[static_cast<std::size_t>(c)] = start;
  n_steps_[static_cast<std::size_t>(c)] = 0;
}

void BasinSearch::leave(Index column) {
  const Index last = --n_active_;
  if (column == last) return;
  for (MatrixXd* matrix : {&x_, &mean_, &square_, &best_}) matrix->col(column) = matrix->col(last);
  for (VectorXd* vector : {&best_q_, &q_before_, &rate_, &mean_power_, &square_power_})
    (*vector)[column] = (*vector)[last];
  start_[static_cast<std::size_t>(column)] = start_[static_cast<std::size_t>(last)];
  n_steps_[static_cast<std::size_t>(column)] = n_steps_[static_cast<std::size_t>(last)];
}

/// x − F(x), q and ∇q = (I − J)ᵀ (x − F(x)) of every column.
void BasinSearch::evaluate() {
  const auto x = x_.leftCols(n_active_);
  auto residual = residual_.leftCols(n_active_);
  map_.step(x, image_.leftCols(n_active_));
  residual = x - image_.leftCols(n_active_);
  q_.head(n_active_) = residual.colwise().squaredNorm().transpose() / 2;
  map_.pull_back(x, residual, gradient_.leftCols(n_active_));
}

void BasinSearch::adapt(Index column) {
  if (q_[column] < best_q_[column]) {
    best_q_[column] = q_[column];
    best_.col(column) = x_.col(column);
  }
  const double rate = rate_[column];
  rate_[column] = q_[column] > q_before_[column] ? rate / 2 : std::min(rate * 1.05, first_rate_);
  q_before_[column] = q_[column];
}

bool BasinSearch::is_done(Index column) const {
  const double q = q_[column];
  return !(q > options_.basin_q) || !std::isfinite(q) || rate_[column] < smallest_rate * first_rate_ ||
         n_steps_[static_cast<std::size_t>(column)] > options_.basin_steps;
}

void BasinSearch::descend(Index column) {
  const auto gradient = residual_.col(column) - gradient_.col(column);
  auto mean = mean_.col(column), square = square_.col(column);
  mean = mean_decay * mean + (1 - mean_decay) * gradient;
  square = square_decay * square + (1 - square_decay) * gradient.cwiseAbs2();
  const double mean_scale = 1 / (1 - (mean_power_[column] *= mean_decay));
  const double square_scale = 1 / (1 - (square_power_[column] *= square_decay));
  x_.col(column).array() -= rate_[column] * mean_scale * mean.array() / ((square_scale * square.array()).sqrt() + tiny);
}

}  // namespace cohort
