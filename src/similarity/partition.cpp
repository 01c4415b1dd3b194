#include <cohort/core/errors.hpp>
#include <cohort/similarity/partition.hpp>

#include <numeric>
#include <utility>

namespace cohort {

Partition::Partition(DummyColumns columns)
    : columns_(std::move(columns)),
      products_(MatrixXd::Zero(columns_.size(), columns_.size())),
      sums_(static_cast<std::size_t>(columns_.size())) {}

void Partition::add_row(std::size_t run, const double* squares) {
  columns_.sum(squares, sums_.data());
  columns_.add_outer(run, sums_.data(), products_);
}

void Partition::set_response(std::span<const double> centred) {
  expects(centred.size() == columns_.n_runs(), "one value per run");
  columns_.sum(centred.data(), sums_.data());
  const Eigen::Map<const VectorXd> sums(sums_.data(), columns_.size());
  response_products_ = sums * sums.transpose();
  response_total_ = std::inner_product(centred.begin(), centred.end(), centred.begin(), 0.0);
}

MatrixXd Partition::gower_products() const {
  if (response_products_.size() > 0) return response_products_;
  VectorXd counts(columns_.size());  // X'1
  const std::vector<double> ones(columns_.n_runs(), 1.0);
  columns_.sum(ones.data(), counts.data());
  const double n = counts[0];
  const VectorXd row_sums = products_.col(0);  // X' d² 1
  MatrixXd products = products_;
  products -= (row_sums / n) * counts.transpose();
  products -= counts * (row_sums / n).transpose();
  products += (row_sums[0] / (n * n)) * counts * counts.transpose();
  return -0.5 * products;
}

double Partition::total() const {
  if (response_products_.size() > 0) return response_total_;
  return products_(0, 0) / (2.0 * static_cast<double>(columns_.n_runs()));
}

std::vector<Partition::Part> Partition::sequential(const std::vector<std::size_t>& order) const {
  const DummyColumns::Orthonormal columns = columns_.orthonormal(order);
  const MatrixXd& c = columns.coefficients;
  const VectorXd of_column = c.cwiseProduct(gower_products() * c).colwise().sum();
  std::vector<Part> parts;
  Index first = 0;
  for (const int df : columns.df) {
    parts.push_back({df, of_column.segment(first, df).sum()});
    first += df;
  }
  return parts;
}

Partition::Part Partition::type2(std::size_t term) const { return sequential(type2_order(terms(), term)).back(); }

std::vector<std::size_t> type2_order(const std::vector<DesignTerm>& terms, std::size_t term) {
  std::vector<std::size_t> order;
  for (std::size_t other = 0; other < terms.size(); ++other)
    if (!terms[other].contains(terms[term])) order.push_back(other);
  order.push_back(term);
  return order;
}

}  // namespace cohort
