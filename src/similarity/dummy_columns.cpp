#include <cohort/similarity/dummy_columns.hpp>

#include <algorithm>
#include <numeric>
#include <cmath>
#include <utility>

namespace cohort {

DummyColumns::DummyColumns(const FactorialLabels& labels, std::vector<DesignTerm> terms) : terms_(std::move(terms)) {
  for (const DesignTerm& term : terms_) {
    classes_.push_back(classes_of(labels, term.factors));
    first_.push_back(size_);
    size_ += static_cast<Index>(classes_.back().n_classes());
  }
  counts_ = MatrixXd::Zero(size_, size_);
  VectorXd ones(size_);
  for (std::size_t run = 0; run < n_runs(); ++run) {
    ones.setZero();
    ones[0] = 1;
    for (std::size_t term = 0; term < terms_.size(); ++term)
      ones[first_[term] + static_cast<Index>(classes_[term].class_of(run))] = 1;
    add_outer(run, ones.data(), counts_);
  }
}

void DummyColumns::sum(const double* row, double* sums) const {
  for (std::size_t term = 0; term < terms_.size(); ++term) classes_[term].sum(row, sums + first_[term]);
  // In order: how Eigen adds up foreign memory depends on where it lies.
  const double* of_first = sums + first_[0];
  sums[0] = std::accumulate(of_first, of_first + classes_[0].n_classes(), 0.0);
}

void DummyColumns::add_outer(std::size_t run, const double* sums, MatrixXd& products) const {
  // By columns: the products are symmetric once all runs were added.
  const Eigen::Map<const VectorXd> added(sums, size_);
  products.col(0) += added;
  for (std::size_t term = 0; term < terms_.size(); ++term)
    products.col(first_[term] + static_cast<Index>(classes_[term].class_of(run))) += added;
}

DummyColumns::Orthonormal DummyColumns::orthonormal(const std::vector<std::size_t>& order) const {
  std::vector<Index> columns{0};
  std::vector<std::size_t> place{0};  // in `order`, of each column
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t one = 0; one < classes_[order[i]].n_classes(); ++one) {
      columns.push_back(first_[order[i]] + static_cast<Index>(one));
      place.push_back(i);
    }
  const MatrixXd counts = counts_(columns, columns);
  const Index n_columns = counts.rows();
  MatrixXd found = MatrixXd::Zero(n_columns, n_columns);
  Orthonormal result{{}, std::vector<int>(order.size(), 0)};
  Index rank = 0;
  VectorXd column(n_columns);
  for (Index j = 0; j < n_columns; ++j) {
    auto one = column.head(j + 1);
    const auto earlier = found.topLeftCorner(j + 1, rank);
    const auto products = counts.topLeftCorner(j + 1, j + 1);
    one.setZero();
    one[j] = 1;
    for (int pass = 0; pass < 2; ++pass) one -= earlier * (earlier.transpose() * (products * one).eval()).eval();
    const double left = one.dot(products * one);
    if (!(left > 1e-9 * counts(j, j))) continue;
    found.col(rank++).head(j + 1) = one / std::sqrt(left);
    if (j > 0) ++result.df[place[static_cast<std::size_t>(j)]];
  }
  result.coefficients = MatrixXd::Zero(size_, rank - 1);
  for (Index j = 0; j < n_columns; ++j)
    result.coefficients.row(columns[static_cast<std::size_t>(j)]) = found.row(j).segment(1, rank - 1);
  return result;
}

}  // namespace cohort
