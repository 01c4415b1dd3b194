#include <cohort/cluster/mpi_transport.hpp>
#include <cohort/cluster/work_phase.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/run_executor.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpi.h>

namespace cohort::test {
namespace {

using testing::Each;

/// The training phase over real messages, on however many ranks the test was started with.
class MpiWorkPhase : public testing::TestWithParam<bool> {
 protected:
  static constexpr int kRuns = 25;

  void SetUp() override {
    if (size_of(MPI_COMM_WORLD) == 1 && !GetParam()) GTEST_SKIP() << "one rank must work itself";
    callbacks_.work = [this](std::size_t run, const std::function<void()>& between_updates) {
      for (int update = 0; update < 3; ++update) between_updates();
      ++counts_[run];
      return RunStatus::done;
    };
    callbacks_.tick = [](const Scheduler&) {};
    callbacks_.stop_requested = [] { return false; };
  }

  /// The outcome that rank 0 saw, on every rank.
  WorkOutcome train() {
    WorkOutcome outcome;
    MpiTransport transport(MPI_COMM_WORLD);
    if (rank_ == 0) {
      Scheduler scheduler(std::vector<double>(kRuns, 1), std::vector<bool>(kRuns, true), Scheduler::Order::listed);
      outcome = lead_work(scheduler, transport, callbacks_, GetParam());
      EXPECT_TRUE(scheduler.all_ended());
    } else {
      follow_work(transport, callbacks_);
    }
    MPI_Allreduce(MPI_IN_PLACE, counts_.data(), kRuns, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    int facts[] = {outcome.stopped, static_cast<int>(outcome.error.size())};
    MPI_Bcast(facts, 2, MPI_INT, 0, MPI_COMM_WORLD);
    outcome.stopped = facts[0] != 0;
    outcome.error.resize(static_cast<std::size_t>(facts[1]));
    MPI_Bcast(outcome.error.data(), facts[1], MPI_CHAR, 0, MPI_COMM_WORLD);
    return outcome;
  }

  const int rank_ = rank_of(MPI_COMM_WORLD), last_ = size_of(MPI_COMM_WORLD) - 1;
  std::vector<int> counts_ = std::vector<int>(kRuns);
  WorkCallbacks callbacks_;
};
INSTANTIATE_TEST_SUITE_P(MasterWorks, MpiWorkPhase, testing::Bool());

TEST_P(MpiWorkPhase, every_run_is_trained_exactly_once) {
  const WorkOutcome outcome = train();
  EXPECT_THAT(counts_, Each(1));
  EXPECT_FALSE(outcome.stopped);
  EXPECT_EQ(outcome.error, "");
}

TEST_P(MpiWorkPhase, a_rank_that_cannot_store_ends_the_job_with_its_reason) {
  const auto train_run = callbacks_.work;
  callbacks_.work = [&, train_run](std::size_t run, const std::function<void()>& between_updates) {
    if (rank_ == last_) throw UserError("disk full", "on the last rank");
    return train_run(run, between_updates);
  };
  const WorkOutcome outcome = train();
  EXPECT_THAT(counts_, Each(testing::Le(1)));
  int n_trained = 0;
  for (const int count : counts_) n_trained += count;
  EXPECT_TRUE(outcome.error == "disk full (on the last rank)" || n_trained == kRuns) << outcome.error;
  if (last_ == 0) {
    EXPECT_EQ(n_trained, 0);
    EXPECT_EQ(outcome.error, "disk full (on the last rank)");
  }
}

TEST_P(MpiWorkPhase, a_job_that_is_asked_to_stop_keeps_no_rank_waiting) {
  const auto train_run = callbacks_.work;
  int n_mine = 0;
  callbacks_.work = [&, train_run](std::size_t run, const std::function<void()>& between_updates) {
    ++n_mine;
    return train_run(run, between_updates);
  };
  callbacks_.stop_requested = [&] { return n_mine >= 2; };  // a signal that every rank receives
  const WorkOutcome outcome = train();
  EXPECT_TRUE(outcome.stopped);
  EXPECT_EQ(outcome.error, "");
  EXPECT_THAT(counts_, Each(testing::Le(1)));
  EXPECT_THAT(counts_, testing::Contains(0));
}

TEST(MpiTransport, messages_arrive_whole_and_in_order) {
  MpiTransport transport(MPI_COMM_WORLD);
  const int rank = transport.rank(), size = transport.size();
  EXPECT_EQ(rank, rank_of(MPI_COMM_WORLD));
  EXPECT_EQ(size, size_of(MPI_COMM_WORLD));
  constexpr std::uint64_t n_messages = 50;
  const std::string long_text(3000, 'x');
  if (rank != 0)
    for (std::uint64_t i = 0; i < n_messages; ++i)
      transport.send(0, {Message::Kind::broken, i + (1ULL << 40), static_cast<std::uint8_t>(rank), long_text});
  if (rank == 0) {
    std::vector<std::uint64_t> next(static_cast<std::size_t>(size));
    for (std::uint64_t received = 0; received < n_messages * static_cast<std::uint64_t>(size - 1);) {
      const auto message = transport.receive();
      if (!message) continue;
      ++received;
      const auto& [sender, content] = *message;
      EXPECT_EQ(content.kind, Message::Kind::broken);
      EXPECT_EQ(content.item, next.at(static_cast<std::size_t>(sender))++ + (1ULL << 40));
      EXPECT_EQ(content.status, sender);
      EXPECT_EQ(content.text, long_text);
    }
    EXPECT_EQ(transport.receive(), std::nullopt);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

TEST(MpiTransport, two_transports_never_meet) {
  MpiTransport one(MPI_COMM_WORLD), other(MPI_COMM_WORLD);
  if (one.rank() != 0) one.send(0, {Message::Kind::ready, 0, 0, ""});
  MPI_Barrier(MPI_COMM_WORLD);
  EXPECT_EQ(other.receive(), std::nullopt);
  for (int received = 0; one.rank() == 0 && received < one.size() - 1;) received += one.receive().has_value();
  MPI_Barrier(MPI_COMM_WORLD);
}

}  // namespace
}  // namespace cohort::test
