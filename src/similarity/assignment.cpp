#include <cohort/similarity/assignment.hpp>

#include <cohort/core/errors.hpp>

#include <limits>

namespace cohort {

namespace {

/// Rows are added one by one; each grows a tree of shortest alternating paths, in costs reduced by the prices of rows
/// and columns, until it meets a free column.
class Matching {
 public:
  explicit Matching(const MatrixXd& gain)
      : gain_(gain), row_price_(VectorXd::Zero(gain.rows())), column_price_(VectorXd::Zero(gain.cols())) {
    row_of_.assign(static_cast<std::size_t>(gain.cols()), -1);
  }

  void add(Index row) {
    const Index n = gain_.cols();
    VectorXd distance = VectorXd::Constant(n, std::numeric_limits<double>::infinity());
    std::vector<Index> before(static_cast<std::size_t>(n), -1);  // the column before this one on its path
    std::vector<Index> tree{-1};                                 // columns reached, the root first
    std::vector<bool> is_reached(static_cast<std::size_t>(n), false);
    Index column = -1, here = row;
    do {
      Index next = -1;
      for (Index other = 0; other < n; ++other) {
        if (is_reached[static_cast<std::size_t>(other)]) continue;
        const double reduced = -gain_(here, other) - row_price_[here] - column_price_[other];
        if (reduced < distance[other]) {
          distance[other] = reduced;
          before[static_cast<std::size_t>(other)] = column;
        }
        if (next < 0 || distance[other] < distance[next]) next = other;
      }
      raise_prices(row, tree, is_reached, distance[next], distance);
      column = next;
      is_reached[static_cast<std::size_t>(column)] = true;
      tree.push_back(column);
      here = row_of_[static_cast<std::size_t>(column)];
    } while (here >= 0);
    for (; column >= 0; column = before[static_cast<std::size_t>(column)]) {
      const Index previous = before[static_cast<std::size_t>(column)];
      row_of_[static_cast<std::size_t>(column)] = previous < 0 ? row : row_of_[static_cast<std::size_t>(previous)];
    }
  }

  std::vector<Index> column_of() const {
    std::vector<Index> columns(static_cast<std::size_t>(gain_.rows()));
    for (std::size_t column = 0; column < row_of_.size(); ++column)
      if (row_of_[column] >= 0) columns[static_cast<std::size_t>(row_of_[column])] = static_cast<Index>(column);
    return columns;
  }

 private:
  void raise_prices(Index root, const std::vector<Index>& tree, const std::vector<bool>& is_reached, double step,
                    VectorXd& distance) {
    for (const Index column : tree) {
      row_price_[column < 0 ? root : row_of_[static_cast<std::size_t>(column)]] += step;
      if (column >= 0) column_price_[column] -= step;
    }
    for (Index other = 0; other < distance.size(); ++other)
      if (!is_reached[static_cast<std::size_t>(other)]) distance[other] -= step;
  }

  const MatrixXd& gain_;
  VectorXd row_price_, column_price_;
  std::vector<Index> row_of_;  ///< of each column, -1 while it is free
};

}  // namespace

std::vector<Index> best_assignment(const MatrixXd& gain) {
  expects(gain.rows() <= gain.cols(), "a column for every row");
  Matching matching(gain);
  for (Index row = 0; row < gain.rows(); ++row) matching.add(row);
  return matching.column_of();
}

}  // namespace cohort
