#include <cohort/core/errors.hpp>
#include <cohort/similarity/run_classes.hpp>

#include <array>

namespace cohort {

RunClasses::RunClasses(std::vector<std::uint32_t> class_of, std::size_t n_classes)
    : class_of_(std::move(class_of)), order_(class_of_.size()), first_(n_classes + 1, 0) {
  for (const std::uint32_t one : class_of_) {
    expects(one < n_classes, "a class below the number of classes");
    ++first_[one + 1];
  }
  for (std::size_t one = 0; one < n_classes; ++one) first_[one + 1] += first_[one];
  std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
  for (std::size_t run = 0; run < class_of_.size(); ++run)
    order_[next[class_of_[run]]++] = static_cast<std::uint32_t>(run);
}

void RunClasses::sum(const double* row, double* sums) const {
  constexpr std::size_t lanes = 4;  // independent sums hide the latency of an addition
  for (std::size_t one = 0; one + 1 < first_.size(); ++one) {
    std::array<double, lanes> partial{};
    std::size_t k = first_[one];
    for (; k + lanes <= first_[one + 1]; k += lanes)
      for (std::size_t lane = 0; lane < lanes; ++lane) partial[lane] += row[order_[k + lane]];
    for (; k < first_[one + 1]; ++k) partial[0] += row[order_[k]];
    sums[one] = (partial[0] + partial[1]) + (partial[2] + partial[3]);
  }
}

}  // namespace cohort
