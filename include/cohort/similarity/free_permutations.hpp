#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/similarity/dummy_columns.hpp>
#include <cohort/similarity/squared_distances.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cohort {

/// The pseudo-F of every term after permutations of the runs: of rows and columns of Gower's matrix G together, as
/// vegan's adonis2 permutes them.
///
/// All that an F needs is X'GX, and its columns are sums of columns of G over the runs of a class. Terms share the
/// sums of their common refinement, half of G is enough, and its columns are cut so that a strip stays in cache while
/// many arrangements read it: an addition per pair of runs and group of terms, where a product takes one per pair and
/// column of X.
class FreePermutations {
 public:
  /// Each interaction of `columns` needs both its factors among the main effects.
  FreePermutations(const SquaredDistances& distances, const DummyColumns& columns);

  /// Each [term x arrangement]; NaN where the residual mean square is not positive.
  struct PermutedF {
    MatrixXd sequential{}, type2{};
  };
  /// Run arrangement[k] stands at the place of run k.
  PermutedF f(std::span<const std::vector<std::uint32_t>> arrangements) const;

 private:
  static constexpr Index kRows = 64;  ///< of a strip
  using Strip = Eigen::Matrix<double, kRows, Eigen::Dynamic>;

  /// Terms whose classes are unions of the classes of some factors.
  struct Group {
    std::vector<std::size_t> factors{};  ///< the last is the fastest
    std::size_t n_classes = 1;
    std::vector<std::size_t> terms{};             ///< of these, none in an earlier group
    std::vector<std::vector<Index>> column_of{};  ///< [of these terms][class]
  };
  void make_groups();
  void make_strips(const SquaredDistances& distances);
  /// Adds half of X'GX of one arrangement, whose runs are in `classes` of each group, from one strip.
  void add_strip(std::size_t strip, const std::vector<RunClasses>& classes, const std::vector<std::uint32_t>& place_of,
                 MatrixXd& sums, MatrixXd& half) const;
  std::vector<RunClasses> group_classes(const std::vector<std::uint32_t>& place_of) const;
  void put_f(const MatrixXd& half, Index arrangement, PermutedF& f) const;

  DummyColumns columns_;
  std::vector<Group> groups_;
  std::vector<std::vector<std::uint32_t>> place_class_;  ///< [group][place]
  std::vector<Strip>
      strips_;  ///< rows of G from the diagonal on, with half of what is beside the diagonal within a strip
  DummyColumns::Orthonormal sequential_;
  std::vector<MatrixXd> type2_;  ///< [term] coefficients of its columns after those of all terms without it
  double total_ = 0, residual_df_ = 0;
};

}  // namespace cohort
