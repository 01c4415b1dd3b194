#include <cohort/cluster/scheduler.hpp>

#include <cohort/core/errors.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cohort {

Scheduler::Scheduler(Cost cost, const std::vector<bool>& open, Order order) : cost_(std::move(cost)) {
  queue_.reserve(static_cast<std::size_t>(std::count(open.begin(), open.end(), true)));
  std::vector<double> known(open.size());  // while the order is found
  for (std::size_t item = 0; item < open.size(); ++item) {
    if (!open[item]) continue;
    queue_.push_back(static_cast<std::uint32_t>(item));
    total_cost_ += known[item] = cost_(item);
  }
  if (order == Order::longest_first)
    std::stable_sort(queue_.begin(), queue_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return known[a] > known[b]; });
  if (order != Order::reversed) std::reverse(queue_.begin(), queue_.end());
}

Scheduler::Scheduler(std::vector<double> cost, const std::vector<bool>& open, Order order)
    : Scheduler([costs = std::move(cost)](std::size_t item) { return costs.at(item); }, open, order) {}

void Scheduler::postpone(const std::set<std::size_t>& items) {
  std::stable_partition(queue_.begin(), queue_.end(), [&](std::uint32_t item) { return items.contains(item); });
}

std::optional<std::size_t> Scheduler::next() {
  const auto found = std::find_if(queue_.rbegin(), queue_.rend(),
                                  [&](std::uint32_t candidate) { return !fits_ || fits_(cost_(candidate)); });
  if (found == queue_.rend()) return std::nullopt;
  const std::size_t item = *found;
  queue_.erase(std::next(found).base());
  ++n_running_;
  return item;
}

void Scheduler::ended(std::size_t item, RunStatus status) {
  expects(static_cast<std::size_t>(status) < std::size(n_ended_), "a status that there is");
  const double cost = status != RunStatus::pending ? cost_(item) : 0;  // throws for an item that is none
  --n_running_;
  ++n_ended_[static_cast<std::size_t>(status)];
  ended_cost_ += cost;
}

void Scheduler::give_back(std::size_t item) {
  --n_running_;
  queue_.insert(queue_.begin(), static_cast<std::uint32_t>(item));
}

}  // namespace cohort
