#include <cohort/similarity/assignment.hpp>

#include <cohort/core/errors.hpp>

#include <limits>

namespace cohort {
namespace {

/// Rows join one after the other: from a new row the shortest path of reduced costs to a free column is found, and the
/// rows on it move along.
class Augmenter {
 public:
  explicit Augmenter(const MatrixXd& cost)
      : cost_(cost),
        row_price_(VectorXd::Zero(cost.rows())),
        column_price_(VectorXd::Zero(cost.cols())),
        row_of_(static_cast<std::size_t>(cost.cols()), kFree) {}

  std::vector<Index> run() {
    for (Index row = 0; row < cost_.rows(); ++row) add(row);
    std::vector<Index> column_of(row_of_.size());
    for (std::size_t column = 0; column < row_of_.size(); ++column)
      column_of[static_cast<std::size_t>(row_of_[column])] = static_cast<Index>(column);
    return column_of;
  }

 private:
  static constexpr Index kFree = -1;

  void add(Index new_row) {
    const Index n = cost_.cols();
    distance_ = VectorXd::Constant(n, std::numeric_limits<double>::infinity());
    from_.assign(static_cast<std::size_t>(n), kFree);
    done_.assign(static_cast<std::size_t>(n), false);
    Index row = new_row, column = kFree;
    double length = 0;
    do {
      relax(row, column, length);
      column = nearest();
      length = distance_[column];
      done_[static_cast<std::size_t>(column)] = true;
      row = row_of_[static_cast<std::size_t>(column)];
    } while (row != kFree);
    update_prices(new_row, length);
    augment(new_row, column);
  }

  void relax(Index row, Index through, double length) {
    for (Index column = 0; column < cost_.cols(); ++column) {
      if (done_[static_cast<std::size_t>(column)]) continue;
      const double path = length + cost_(row, column) - row_price_[row] - column_price_[column];
      if (path >= distance_[column]) continue;
      distance_[column] = path;
      from_[static_cast<std::size_t>(column)] = through;
    }
  }

  Index nearest() const {
    Index best = kFree;
    for (Index column = 0; column < cost_.cols(); ++column)
      if (!done_[static_cast<std::size_t>(column)] && (best == kFree || distance_[column] < distance_[best]))
        best = column;
    return best;
  }

  void update_prices(Index new_row, double length) {
    row_price_[new_row] += length;
    for (Index column = 0; column < cost_.cols(); ++column) {
      const auto c = static_cast<std::size_t>(column);
      if (!done_[c]) continue;
      const double slack = length - distance_[column];
      column_price_[column] -= slack;
      if (row_of_[c] != kFree) row_price_[row_of_[c]] += slack;
    }
  }

  void augment(Index new_row, Index column) {
    while (true) {
      const Index before = from_[static_cast<std::size_t>(column)];
      row_of_[static_cast<std::size_t>(column)] = before == kFree ? new_row : row_of_[static_cast<std::size_t>(before)];
      if (before == kFree) return;
      column = before;
    }
  }

  const MatrixXd& cost_;
  VectorXd row_price_, column_price_;
  std::vector<Index> row_of_;  ///< [column]
  VectorXd distance_;          ///< of the columns from the new row
  std::vector<Index> from_;    ///< the column before on the path
  std::vector<bool> done_;
};

}  // namespace

std::vector<Index> best_assignment(const MatrixXd& cost) {
  expects(cost.rows() == cost.cols(), "as many rows as columns");
  expects(cost.allFinite(), "finite costs");
  return Augmenter(cost).run();
}

}  // namespace cohort
