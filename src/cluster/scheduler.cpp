#include <cohort/cluster/scheduler.hpp>

#include <algorithm>

namespace cohort {

Scheduler::Scheduler(const std::vector<double>& cost, const std::vector<bool>& open, Order order) : cost_(cost) {
  for (std::size_t item = 0; item < open.size(); ++item) {
    if (!open[item]) continue;
    queue_.push_back(item);
    total_cost_ += cost_[item];
  }
  if (order == Order::longest_first)
    std::stable_sort(queue_.begin(), queue_.end(), [&](std::size_t a, std::size_t b) { return cost_[a] > cost_[b]; });
  if (order != Order::reversed) std::reverse(queue_.begin(), queue_.end());
}

std::optional<std::size_t> Scheduler::next() {
  if (queue_.empty()) return std::nullopt;
  const std::size_t item = queue_.back();
  queue_.pop_back();
  ++n_running_;
  return item;
}

void Scheduler::ended(std::size_t item, RunStatus status) {
  --n_running_;
  ++n_ended_[static_cast<std::size_t>(status)];
  if (status != RunStatus::pending) ended_cost_ += cost_[item];
}

}  // namespace cohort
