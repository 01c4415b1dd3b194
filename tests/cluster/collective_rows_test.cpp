#include <cohort/cluster/collective_rows.hpp>
#include <cohort/store/together.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

TEST(RowsOfRank, cover_every_row_once_and_evenly) {
  for (const int n_ranks : {1, 2, 3, 7, 64}) {
    for (const std::size_t n : {0U, 1U, 5U, 64U, 1000U}) {
      std::size_t next = 0;
      for (int rank = 0; rank < n_ranks; ++rank) {
        const RowRange rows = rows_of_rank(n, rank, n_ranks);
        EXPECT_EQ(rows.first, next);
        EXPECT_GE(rows.last, rows.first);
        EXPECT_LE(rows.last - rows.first, n / static_cast<std::size_t>(n_ranks) + 1);
        next = rows.last;
      }
      EXPECT_EQ(next, n);
    }
  }
}

TEST(Assemble, every_rank_gets_all_elements_exactly) {
  const Index n = 37;
  const int rank = rank_of(MPI_COMM_WORLD), n_ranks = size_of(MPI_COMM_WORLD);
  const auto value = [](Index i) { return 1.0 / (3.0 + static_cast<double>(i)); };
  MatrixXd values = MatrixXd::Zero(n, n);
  for (Index i = rank; i < values.size(); i += n_ranks) values(i) = value(i);
  assemble(MPI_COMM_WORLD, values);
  for (Index i = 0; i < values.size(); ++i) EXPECT_EQ(values(i), value(i));
}

}  // namespace
}  // namespace cohort::test
