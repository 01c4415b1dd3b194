#pragma once

#include <cohort/learning/run_status.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace cohort {

/// Which item (a run to train, an item of an analysis) comes next, and what became of each. Knows no rank.
class Scheduler {
 public:
  enum class Order {
    longest_first,  ///< by expected cost, so that no long item starts last
    listed,
    reversed
  };

  /// What an item is expected to cost, in any unit.
  using Cost = std::function<double(std::size_t item)>;

  /// Nothing to do.
  Scheduler() = default;
  /// `open` [n_items] tells which items are still to be done.
  Scheduler(Cost cost, const std::vector<bool>& open, Order order);
  /// The same with a list of costs, [n_items].
  Scheduler(std::vector<double> cost, const std::vector<bool>& open, Order order);

  /// From now on next() leaves out what `fits` refuses, by its expected cost: for it there is no time.
  void only_if(std::function<bool(double cost)> fits) { fits_ = std::move(fits); }

  /// These come after all others, whatever the order.
  void postpone(const std::set<std::size_t>& items);

  /// The next item, none when all that fit are handed out.
  std::optional<std::size_t> next();
  /// An item that was given up is `pending` again.
  void ended(std::size_t item, RunStatus status);
  /// An item that was handed out comes once more, after all others: whoever had it is lost.
  void give_back(std::size_t item);
  /// Hands out no more.
  void stop() { queue_.clear(); }

  bool all_ended() const { return queue_.empty() && n_running_ == 0; }
  std::size_t n_running() const { return n_running_; }
  std::size_t n_left() const { return queue_.size() + n_running_; }
  std::size_t n_ended(RunStatus status) const { return n_ended_[static_cast<std::size_t>(status)]; }
  /// Share of the expected cost that is done, in [0, 1].
  double progress() const { return total_cost_ > 0 ? ended_cost_ / total_cost_ : 1; }

 private:
  Cost cost_;
  std::function<bool(double)> fits_;  ///< none: everything does
  std::vector<std::uint32_t> queue_;  ///< the next item is at the back
  std::size_t n_running_ = 0;
  std::size_t n_ended_[4] = {};
  double total_cost_ = 0;
  double ended_cost_ = 0;
};

}  // namespace cohort
