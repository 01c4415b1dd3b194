#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cohort {

/// Runs put into classes (the levels of a factor, pairs of levels, cells): what sums of a row of distances run over.
class RunClasses {
 public:
  /// `class_of` [run] is below `n_classes`; classes may be empty.
  RunClasses(std::vector<std::uint32_t> class_of, std::size_t n_classes);

  std::size_t n_runs() const { return class_of_.size(); }
  std::size_t n_classes() const { return first_.size() - 1; }
  std::size_t class_of(std::size_t run) const { return class_of_[run]; }
  /// The runs of a class, in ascending order.
  std::span<const std::uint32_t> runs(std::size_t one_class) const {
    return std::span(order_).subspan(first_[one_class], first_[one_class + 1] - first_[one_class]);
  }

  /// sums[class] = sum of `row` over the runs of the class, in an order that depends on the classes alone.
  void sum(const double* row, double* sums) const;

 private:
  std::vector<std::uint32_t> class_of_;
  std::vector<std::uint32_t> order_;  ///< runs, class after class
  std::vector<std::size_t> first_;    ///< where each class begins in `order_`
};

}  // namespace cohort
