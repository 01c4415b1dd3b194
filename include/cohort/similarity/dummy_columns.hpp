#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/similarity/design_terms.hpp>

#include <cstddef>
#include <vector>

namespace cohort {

/// The design matrix X of some terms: the mean, then one column of zeros and ones per level (or pair of levels) of
/// each. It is never formed: products with it are sums over classes of runs.
class DummyColumns {
 public:
  DummyColumns(const FactorialLabels& labels, std::vector<DesignTerm> terms);

  const std::vector<DesignTerm>& terms() const { return terms_; }
  const RunClasses& classes(std::size_t term) const { return classes_[term]; }
  Index first(std::size_t term) const { return first_[term]; }  ///< column of the term's first class
  Index size() const { return size_; }
  std::size_t n_runs() const { return classes_.front().n_runs(); }

  /// X' `row`, with the sum of the row at the mean's place. [size()]
  void sum(const double* row, double* sums) const;
  /// products += X_run' `sums`: the rows of the classes that `run` is in. [size() x size()]
  void add_outer(std::size_t run, const double* sums, MatrixXd& products) const;

  /// Orthonormal columns X C that span the mean and the terms of `order`, one after the other.
  struct Orthonormal {
    MatrixXd coefficients{};  ///< C without the mean's column, [size() x rank]
    std::vector<int> df{};    ///< [place in order] how many of these columns each term adds: its degrees of freedom
  };
  /// Gram-Schmidt with the inner product X'X, every column twice. A column of which the earlier ones leave less than a
  /// 10^9th depends on them and is left out (designs have counts there: of n runs it would leave at least 1/n).
  Orthonormal orthonormal(const std::vector<std::size_t>& order) const;

 private:
  std::vector<DesignTerm> terms_;
  std::vector<RunClasses> classes_;
  std::vector<Index> first_;
  Index size_ = 1;
  MatrixXd counts_;  ///< X'X
};

}  // namespace cohort
