#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/similarity/dummy_columns.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace cohort {

/// Sums of squares of the terms of a linear model of squared distances: trace(P G), with P the projector on the
/// term's columns after those of earlier terms, and Gower's G = -1/2 J d² J (McArdle & Anderson 2001,
/// doi:10.1890/0012-9658(2001)082[0290:FMMTCD]2.0.CO;2). Negative eigenvalues of G stay in, so that sums of squares may
/// be negative.
///
/// Only X'GX is kept, [columns x columns]: rows are added one at a time.
class Partition {
 public:
  explicit Partition(DummyColumns columns);

  /// Row `run` of the squared distances, [n_runs]. Every run once.
  void add_row(std::size_t run, const double* squares);
  /// In place of rows: the centred response y - mean(y), whose G is their outer product.
  void set_response(std::span<const double> centred);

  struct Part {
    int df = 0;
    double ss = 0;
  };
  const std::vector<DesignTerm>& terms() const { return columns_.terms(); }
  /// Of the terms of `order`, each after those before it.
  std::vector<Part> sequential(const std::vector<std::size_t>& order) const;
  /// Of a term after all terms that do not contain it.
  Part type2(std::size_t term) const;
  /// trace(G)
  double total() const;

 private:
  MatrixXd gower_products() const;

  DummyColumns columns_;
  MatrixXd products_;           ///< X' d² X
  MatrixXd response_products_;  ///< X'GX of a response; empty for distances
  double response_total_ = 0;
  std::vector<double> sums_;
};

/// All terms in their order but those that contain `term`, and it last: what type II is after.
std::vector<std::size_t> type2_order(const std::vector<DesignTerm>& terms, std::size_t term);

}  // namespace cohort
