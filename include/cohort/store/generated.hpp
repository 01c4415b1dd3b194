#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace cohort {

/// A column of values that is produced a block at a time, so that a million runs need no list. Cheap to copy.
template <class Value>
class Generated {
 public:
  /// Writes the values first, first + 1, ... of the column.
  using Fill = std::function<void(std::size_t first, std::span<Value> values)>;

  Generated() = default;
  Generated(std::size_t size, Fill fill) : size_(size), fill_(std::move(fill)) {}
  /// Those of a list.
  Generated(std::vector<Value> list) : size_(list.size()), is_list_(true) {
    fill_ = [values = std::make_shared<const std::vector<Value>>(std::move(list))](std::size_t first,
                                                                                   std::span<Value> to) {
      std::copy_n(values->begin() + static_cast<std::ptrdiff_t>(first), to.size(), to.begin());
    };
  }
  Generated(std::initializer_list<Value> list) : Generated(std::vector<Value>(list)) {}

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Whoever made it wrote the values down, rather than a way to make them.
  bool is_list() const { return is_list_; }

  std::vector<Value> block(std::size_t first, std::size_t count) const {
    std::vector<Value> values(count);
    if (count > 0) fill_(first, values);
    return values;
  }
  std::vector<Value> all() const { return block(0, size_); }

  /// Calls `action(first, values)` for every block in turn, until it returns false. Returns whether all were seen.
  template <class Action>
  bool each_block(const Action& action) const {
    constexpr std::size_t most = 1 << 16;
    for (std::size_t first = 0; first < size_; first += most)
      if (!action(first, block(first, std::min(most, size_ - first)))) return false;
    return true;
  }

 private:
  std::size_t size_ = 0;
  bool is_list_ = false;
  Fill fill_;
};

}  // namespace cohort
