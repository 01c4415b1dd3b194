#include <cohort/core/errors.hpp>
#include <cohort/similarity/free_permutations.hpp>
#include <cohort/similarity/partition.hpp>

#include "distance_rows.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace cohort {
namespace {

/// Arrangements that read one strip after the other while it is in cache.
constexpr std::size_t n_together = 64;

std::vector<std::size_t> in_order(std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

bool is_part(const std::vector<std::size_t>& part, const std::vector<std::size_t>& whole) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

}  // namespace

FreePermutations::FreePermutations(const SquaredDistances& distances, const DummyColumns& columns)
    : columns_(columns), sequential_(columns.orthonormal(in_order(columns.terms().size()))) {
  expects(distances.size() == columns.n_runs(), "one label per run");
  residual_df_ = static_cast<double>(columns_.n_runs()) - 1;
  for (const int df : sequential_.df) residual_df_ -= df;
  for (std::size_t term = 0; term < columns_.terms().size(); ++term) {
    const auto after_others = columns_.orthonormal(type2_order(columns_.terms(), term));
    type2_.push_back(after_others.coefficients.rightCols(after_others.df.back()));
  }
  make_groups();
  make_strips(distances);
}

void FreePermutations::make_groups() {
  const std::vector<DesignTerm>& terms = columns_.terms();
  const auto n_levels = [&](std::size_t factor) {
    for (std::size_t term = 0; term < terms.size(); ++term)
      if (terms[term].factors == std::vector{factor}) return columns_.classes(term).n_classes();
    throw InternalError("internal error: an interaction without its main effects");
  };
  for (const DesignTerm& term : terms)
    if (term.is_interaction()) groups_.push_back({term.factors});
  for (const DesignTerm& term : terms) {  // a class of several runs is worth a finer one that serves more terms
    const auto has_it = [&](const Group& group) { return is_part(term.factors, group.factors); };
    if (std::any_of(groups_.begin(), groups_.end(), has_it)) continue;
    const auto has_room = [&](const Group& group) {
      std::size_t n_classes = n_levels(term.factors.front());
      for (const std::size_t factor : group.factors) n_classes *= n_levels(factor);
      return n_classes * 8 <= columns_.n_runs();
    };
    const auto room = std::find_if(groups_.begin(), groups_.end(), has_room);
    if (room == groups_.end())
      groups_.push_back({term.factors});
    else
      room->factors.insert(std::upper_bound(room->factors.begin(), room->factors.end(), term.factors.front()),
                           term.factors.front());
  }
  std::vector<bool> is_placed(terms.size(), false);
  for (Group& group : groups_) {
    for (const std::size_t factor : group.factors) group.n_classes *= n_levels(factor);
    std::vector<std::uint32_t> class_of(columns_.n_runs(), 0);
    for (const std::size_t factor : group.factors)
      for (std::size_t term = 0; term < terms.size(); ++term)
        if (terms[term].factors == std::vector{factor})
          for (std::size_t run = 0; run < class_of.size(); ++run)
            class_of[run] = class_of[run] * static_cast<std::uint32_t>(n_levels(factor)) +
                            static_cast<std::uint32_t>(columns_.classes(term).class_of(run));
    for (std::size_t term = 0; term < terms.size(); ++term) {
      if (is_placed[term] || !is_part(terms[term].factors, group.factors)) continue;
      is_placed[term] = true;
      std::vector<Index> column_of(group.n_classes, -1);  // classes without runs have none
      for (std::size_t run = 0; run < class_of.size(); ++run)
        column_of[class_of[run]] = columns_.first(term) + static_cast<Index>(columns_.classes(term).class_of(run));
      group.terms.push_back(term);
      group.column_of.push_back(std::move(column_of));
    }
    place_class_.push_back(std::move(class_of));
  }
}

void FreePermutations::make_strips(const SquaredDistances& distances) {
  const auto n = static_cast<Index>(distances.size());
  VectorXd means(n);
  for_each_row(distances, [&](std::size_t run, const double* squares) {
    means[static_cast<Index>(run)] = std::accumulate(squares, squares + n, 0.0) / static_cast<double>(n);
  });
  const double mean = means.mean();
  total_ = mean * static_cast<double>(n) / 2;
  for (Index first = 0; first < n; first += kRows) strips_.push_back(Strip::Zero(kRows, n - first));
  for_each_row(distances, [&](std::size_t run, const double* squares) {
    const auto row = static_cast<Index>(run), first = row / kRows * kRows, beside = std::min(kRows, n - first);
    const Eigen::Map<const VectorXd> all(squares, n);
    auto kept = strips_[static_cast<std::size_t>(first / kRows)].row(row - first);
    kept = -0.5 * ((all - means).tail(n - first).array() - means[row] + mean).matrix().transpose();
    kept.head(beside) *= 0.5;
  });
}

std::vector<RunClasses> FreePermutations::group_classes(const std::vector<std::uint32_t>& place_of) const {
  std::vector<RunClasses> classes;
  std::vector<std::uint32_t> class_of(place_of.size());
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    for (std::size_t run = 0; run < place_of.size(); ++run) class_of[run] = place_class_[group][place_of[run]];
    classes.emplace_back(class_of, groups_[group].n_classes);
  }
  return classes;
}

void FreePermutations::add_strip(std::size_t strip, const std::vector<RunClasses>& classes,
                                 const std::vector<std::uint32_t>& place_of, MatrixXd& sums, MatrixXd& half) const {
  const Index first = static_cast<Index>(strip) * kRows;
  const Strip& g = strips_[strip];
  sums.setZero();  // G X of these rows, [kRows x columns]
  Eigen::Matrix<double, kRows, 1> sum;
  for (std::size_t group = 0; group < groups_.size(); ++group)
    for (std::size_t one = 0; one < groups_[group].n_classes; ++one) {
      const std::span<const std::uint32_t> runs = classes[group].runs(one);
      auto run = std::lower_bound(runs.begin(), runs.end(), static_cast<std::uint32_t>(first));
      if (run == runs.end()) continue;
      sum = g.col(static_cast<Index>(*run) - first);
      for (++run; run != runs.end(); ++run) sum += g.col(static_cast<Index>(*run) - first);
      for (const std::vector<Index>& column_of : groups_[group].column_of) sums.col(column_of[one]) += sum;
    }
  const MatrixXd by_row = sums.transpose();
  const Index n_rows = std::min(kRows, static_cast<Index>(place_of.size()) - first);
  for (std::size_t term = 0; term < columns_.terms().size(); ++term)
    for (Index row = 0; row < n_rows; ++row) {
      const std::uint32_t place = place_of[static_cast<std::size_t>(first + row)];
      half.col(columns_.first(term) + static_cast<Index>(columns_.classes(term).class_of(place))) += by_row.col(row);
    }
}

void FreePermutations::put_f(const MatrixXd& half, Index arrangement, PermutedF& f) const {
  // c' X'GX c = 2 c' half c
  const VectorXd of_column =
      2 * sequential_.coefficients.cwiseProduct(half * sequential_.coefficients).colwise().sum().transpose();
  const double residual = (total_ - of_column.sum()) / residual_df_;
  const bool is_defined = residual_df_ > 0 && residual > 0;
  Index column = 0;
  for (std::size_t term = 0; term < type2_.size(); ++term) {
    const Index df = sequential_.df[term], row = static_cast<Index>(term);
    const double ss = of_column.segment(column, df).sum(),
                 ss2 = 2 * type2_[term].cwiseProduct(half * type2_[term]).sum();
    column += df;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    f.sequential(row, arrangement) = is_defined ? ss / static_cast<double>(df) / residual : nan;
    f.type2(row, arrangement) = is_defined ? ss2 / static_cast<double>(type2_[term].cols()) / residual : nan;
  }
}

FreePermutations::PermutedF FreePermutations::f(std::span<const std::vector<std::uint32_t>> arrangements) const {
  const auto n_terms = static_cast<Index>(columns_.terms().size()), n = static_cast<Index>(arrangements.size());
  PermutedF result{MatrixXd(n_terms, n), MatrixXd(n_terms, n)};
  MatrixXd sums(kRows, columns_.size());
  for (std::size_t begin = 0; begin < arrangements.size(); begin += n_together) {
    const std::size_t end = std::min(begin + n_together, arrangements.size());
    std::vector<std::vector<std::uint32_t>> place_of;
    std::vector<std::vector<RunClasses>> classes;
    std::vector<MatrixXd> halves(end - begin, MatrixXd::Zero(columns_.size(), columns_.size()));
    for (std::size_t i = begin; i < end; ++i) {
      place_of.emplace_back(arrangements[i].size());
      for (std::size_t place = 0; place < arrangements[i].size(); ++place)
        place_of.back()[arrangements[i][place]] = static_cast<std::uint32_t>(place);
      classes.push_back(group_classes(place_of.back()));
    }
    for (std::size_t strip = 0; strip < strips_.size(); ++strip)
      for (std::size_t i = 0; i < halves.size(); ++i) add_strip(strip, classes[i], place_of[i], sums, halves[i]);
    for (std::size_t i = 0; i < halves.size(); ++i) put_f(halves[i], static_cast<Index>(begin + i), result);
  }
  return result;
}

}  // namespace cohort
