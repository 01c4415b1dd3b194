#include <cohort/cluster/in_process_transport.hpp>
#include <cohort/cluster/master.hpp>
#include <cohort/cluster/rank_lost.hpp>
#include <cohort/cluster/work_phase.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/study/run_executor.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

namespace cohort::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

/// A worker that speaks the protocol without training: every call of `act` is one moment of its life.
class SimulatedWorker {
 public:
  SimulatedWorker(InProcessTransport::Mail& mail, int rank) : transport_(mail, rank) {}

  int moments_per_run = 3;
  bool hears_halt = true;                        ///< gives up its run when told to; deaf within one long update
  std::map<std::size_t, Message::Kind> answers;  ///< how runs end that do not end with a report

  void act() {
    if (has_left || is_dead) return;
    if (!is_here_) {
      is_here_ = true;
      transport_.send(0, {Message::Kind::ready, 0, 0, ""});
    }
    while (const auto received = transport_.receive()) hear(received->second);
    if (moments_left_ > 0 && --moments_left_ == 0) end_run();
  }

  std::vector<std::size_t> trained;
  bool has_left = false, was_halted = false;
  bool is_dead = false;            ///< says and hears nothing any more
  bool was_told_to_leave = false;  ///< not to call anything collective
  std::optional<std::size_t> run() const { return moments_left_ > 0 ? std::optional(run_) : std::nullopt; }

 private:
  void hear(const Message& message) {
    if (message.kind == Message::Kind::halt) {
      was_halted = true;
      if (moments_left_ == 0 || !hears_halt) return;
      moments_left_ = 0;
      return transport_.send(0, {Message::Kind::stopped, run_, 0, ""});
    }
    ASSERT_EQ(moments_left_, 0) << "a message for a worker that is busy";
    if (message.kind == Message::Kind::stop || message.kind == Message::Kind::leave) {
      has_left = true;
      was_told_to_leave = message.kind == Message::Kind::leave;
    } else {
      ASSERT_EQ(message.kind, Message::Kind::assign);
      run_ = message.item;
      moments_left_ = moments_per_run;
    }
  }

  void end_run() {
    const auto answer = answers.find(run_);
    if (answer != answers.end())
      return transport_.send(0, {answer->second, run_, 0, "disk full on rank " + std::to_string(transport_.rank())});
    trained.push_back(run_);
    transport_.send(0, {Message::Kind::report, run_, static_cast<std::uint8_t>(RunStatus::done), ""});
  }

  InProcessTransport transport_;
  bool is_here_ = false;
  std::size_t run_ = 0;
  int moments_left_ = 0;
};

/// Rank 0 and its workers in one thread: the workers act whenever rank 0 finds its mailbox empty.
class Phase final : public Transport {
 public:
  Phase(std::size_t n_runs, int n_workers, bool master_works)
      : mail_(static_cast<std::size_t>(n_workers) + 1), transport_(mail_, 0), master_works_(master_works) {
    std::vector<double> cost;
    for (std::size_t run = 0; run < n_runs; ++run) cost.push_back(1 + static_cast<double>(run % 4));
    scheduler_ = Scheduler(cost, std::vector<bool>(n_runs, true), Scheduler::Order::longest_first);
    workers.reserve(static_cast<std::size_t>(n_workers));
    for (int rank = 1; rank <= n_workers; ++rank) workers.emplace_back(mail_, rank);
    callbacks.work = [this](std::size_t run, const std::function<void()>& between_updates) {
      for (int update = 0; update < 4; ++update) between_updates();
      trained_here.push_back(run);
      return RunStatus::done;
    };
    callbacks.tick = [](const Scheduler&) {};
    callbacks.stop_requested = [] { return false; };
  }

  WorkOutcome lead() {
    const WorkOutcome outcome = lead_work(scheduler_, *this, callbacks, master_works_);
    for (auto& worker : workers) worker.act();  // they hear what rank 0 said last
    return outcome;
  }

  /// Gives every worker its first run.
  void start_workers() {
    Master master(scheduler_, *this);
    while (scheduler_.n_running() < workers.size()) master.poll();
  }

  int rank() const override { return transport_.rank(); }
  int size() const override { return transport_.size(); }
  void send(int to, const Message& message) override { transport_.send(to, message); }
  std::optional<std::pair<int, Message>> receive() override {
    if (auto message = transport_.receive()) return message;
    for (auto& worker : workers) worker.act();  // what they say now arrives when rank 0 looks again
    return std::nullopt;
  }

  /// How often each run was trained, by anybody.
  std::vector<int> counts(std::size_t n_runs) const {
    std::vector<int> result(n_runs);
    for (const std::size_t run : trained_here) ++result.at(run);
    for (const auto& worker : workers)
      for (const std::size_t run : worker.trained) ++result.at(run);
    return result;
  }

  bool all_have_left() const {
    for (const auto& worker : workers)
      if (!worker.has_left) return false;
    return true;
  }

  const Scheduler& scheduler() const { return scheduler_; }

  std::vector<SimulatedWorker> workers;
  std::vector<std::size_t> trained_here;
  WorkCallbacks callbacks;

 private:
  InProcessTransport::Mail mail_;
  InProcessTransport transport_;
  bool master_works_;
  Scheduler scheduler_;
};

TEST(WorkPhase, every_run_is_trained_exactly_once) {
  for (const int n_workers : {0, 1, 2, 5, 12}) {
    for (const bool master_works : {true, false}) {
      if (n_workers == 0 && !master_works) continue;  // nobody would work
      for (const std::size_t n_runs : {0, 1, 3, 30}) {
        Phase phase(n_runs, n_workers, master_works);
        for (std::size_t w = 0; w < phase.workers.size(); ++w)
          phase.workers[w].moments_per_run = 1 + static_cast<int>(w);
        const WorkOutcome outcome = phase.lead();
        EXPECT_THAT(phase.counts(n_runs), Each(1)) << n_workers << " " << master_works << " " << n_runs;
        EXPECT_EQ(phase.scheduler().n_ended(RunStatus::done), n_runs);
        EXPECT_TRUE(phase.scheduler().all_ended());
        EXPECT_TRUE(phase.all_have_left());
        EXPECT_FALSE(outcome.stopped);
        EXPECT_EQ(outcome.error, "");
        if (!master_works) {
          EXPECT_THAT(phase.trained_here, IsEmpty());
        }
      }
    }
  }
}

TEST(WorkPhase, work_is_shared_by_who_is_free) {
  Phase phase(60, 3, true);
  phase.workers[0].moments_per_run = 1;
  phase.workers[1].moments_per_run = 2;
  phase.workers[2].moments_per_run = 8;
  phase.lead();
  EXPECT_GT(phase.workers[0].trained.size(), phase.workers[1].trained.size());
  EXPECT_GT(phase.workers[1].trained.size(), phase.workers[2].trained.size());
  EXPECT_GT(phase.workers[2].trained.size(), 0U);
  EXPECT_GT(phase.trained_here.size(), 0U);
}

TEST(WorkPhase, rank_0_answers_while_it_trains_a_long_run) {
  Phase phase(20, 2, true);
  phase.callbacks.work = [&](std::size_t run, const std::function<void()>& between_updates) {
    // Rank 0 gets one run and works on it until the workers have made all the others.
    while (phase.workers[0].trained.size() + phase.workers[1].trained.size() < 19) between_updates();
    phase.trained_here.push_back(run);
    return RunStatus::done;
  };
  phase.lead();
  EXPECT_EQ(phase.trained_here.size(), 1U);
  EXPECT_THAT(phase.counts(20), Each(1));
}

TEST(WorkPhase, how_runs_ended_is_counted) {
  Phase phase(5, 0, true);
  phase.callbacks.work = [](std::size_t run, const std::function<void()>&) {
    return run == 1 ? RunStatus::diverged : run == 2 ? RunStatus::failed : RunStatus::done;
  };
  EXPECT_EQ(phase.lead().error, "");
  EXPECT_EQ(phase.scheduler().n_ended(RunStatus::done), 3U);
  EXPECT_EQ(phase.scheduler().n_ended(RunStatus::diverged), 1U);
  EXPECT_EQ(phase.scheduler().n_ended(RunStatus::failed), 1U);
}

/// Workers die as soon as they have begun one of these runs.
class Deaths : public testing::TestWithParam<bool> {
 protected:
  static constexpr std::size_t kRuns = 30;
  Phase phase_{kRuns, 3, GetParam()};
  std::set<std::size_t> deadly_;
  std::vector<std::size_t> asked_;  ///< runs whose worker died

  WorkOutcome lead() {
    phase_.callbacks.lost = [this] {
      std::set<int> lost;
      for (std::size_t worker = 0; worker < phase_.workers.size(); ++worker) {
        auto& one = phase_.workers[worker];
        if (!one.is_dead && one.run() && deadly_.contains(*one.run())) {
          one.is_dead = true;
          deadly_.erase(*one.run());
        }
        if (one.is_dead) lost.insert(static_cast<int>(worker) + 1);
      }
      return lost;
    };
    return phase_.lead();
  }
};
INSTANTIATE_TEST_SUITE_P(MasterWorks, Deaths, testing::Bool());

TEST_P(Deaths, what_a_dead_worker_had_is_done_by_the_others) {
  for (auto& worker : phase_.workers) worker.moments_per_run = 30;
  deadly_ = {7, 11};
  phase_.callbacks.died = [&](std::size_t run) {
    asked_.push_back(run);
    return true;
  };
  const WorkOutcome outcome = lead();
  EXPECT_THAT(phase_.counts(kRuns), Each(1));
  EXPECT_EQ(outcome.lost.size(), asked_.size());
  EXPECT_GE(asked_.size(), 1U);
  EXPECT_FALSE(outcome.stopped);
  EXPECT_TRUE(phase_.scheduler().all_ended());
  for (const auto& worker : phase_.workers) EXPECT_TRUE(worker.is_dead || worker.was_told_to_leave);
}

TEST_P(Deaths, a_run_that_nobody_is_to_try_again_counts_as_failed) {
  for (auto& worker : phase_.workers) worker.moments_per_run = 30;
  deadly_ = {7};
  phase_.callbacks.died = [](std::size_t) { return false; };
  lead();
  if (!deadly_.empty()) GTEST_SKIP() << "rank 0 did it";
  EXPECT_EQ(phase_.counts(kRuns)[7], 0);
  EXPECT_EQ(phase_.scheduler().n_ended(RunStatus::failed), 1U);
  EXPECT_EQ(phase_.scheduler().n_ended(RunStatus::done), kRuns - 1);
}

TEST_P(Deaths, workers_with_nothing_to_do_take_over_and_are_told_who_died) {
  for (auto& worker : phase_.workers) worker.moments_per_run = 2;
  phase_.workers[2].moments_per_run = 1'000'000;  // it would never end, and the others have long nothing to do
  phase_.start_workers();
  const auto last = phase_.workers[2].run();
  int n_looks = 0;
  phase_.callbacks.lost = [&] {
    if (++n_looks > 300) phase_.workers[2].is_dead = true;
    return phase_.workers[2].is_dead ? std::set<int>{3} : std::set<int>{};
  };
  const WorkOutcome outcome = phase_.lead();
  EXPECT_THAT(outcome.lost, ElementsAre(3));
  EXPECT_TRUE(phase_.workers[0].was_told_to_leave && phase_.workers[1].was_told_to_leave);
  EXPECT_TRUE(last);
}

TEST_P(Deaths, a_job_without_workers_ends) {
  for (auto& worker : phase_.workers) worker.is_dead = true;
  phase_.callbacks.lost = [] { return std::set<int>{1, 2, 3}; };
  const WorkOutcome outcome = phase_.lead();
  EXPECT_THAT(outcome.lost, ElementsAre(1, 2, 3));
  EXPECT_EQ(phase_.trained_here.size(), GetParam() ? kRuns : 0U);
}

class EarlyEnd : public testing::TestWithParam<bool> {
 protected:
  static constexpr std::size_t kRuns = 40;
  Phase phase_{kRuns, 3, GetParam()};

  /// Runs end once or not at all, and everybody comes home.
  void expect_orderly() const {
    for (const int count : phase_.counts(kRuns)) EXPECT_LE(count, 1);
    EXPECT_TRUE(phase_.all_have_left());
    EXPECT_TRUE(phase_.scheduler().all_ended());
    EXPECT_LT(phase_.scheduler().n_ended(RunStatus::done), kRuns);
  }
};
INSTANTIATE_TEST_SUITE_P(MasterWorks, EarlyEnd, testing::Bool());

TEST_P(EarlyEnd, a_worker_that_cannot_go_on_ends_the_job_with_its_reason) {
  for (auto& worker : phase_.workers) worker.answers[7] = Message::Kind::broken;
  // Run 7 is one of the first, whoever gets it.
  phase_.callbacks.work = [&](std::size_t run, const std::function<void()>& between_updates) {
    for (int update = 0; update < 4; ++update) between_updates();
    if (run == 7) throw UserError("disk full on rank 0");
    phase_.trained_here.push_back(run);
    return RunStatus::done;
  };
  const WorkOutcome outcome = phase_.lead();
  EXPECT_THAT(outcome.error, testing::MatchesRegex("disk full on rank [0-3]"));
  EXPECT_FALSE(outcome.stopped) << "an error is no early end on purpose";
  EXPECT_EQ(phase_.counts(kRuns)[7], 0);
  EXPECT_GE(phase_.scheduler().n_ended(RunStatus::pending), 1U);
  expect_orderly();
}

TEST_P(EarlyEnd, a_worker_that_was_asked_to_stop_ends_the_job_early) {
  for (auto& worker : phase_.workers)
    for (std::size_t run = 0; run < kRuns; ++run)
      if (run % 4 == 1) worker.answers[run] = Message::Kind::stopped;
  const WorkOutcome outcome = phase_.lead();
  EXPECT_TRUE(outcome.stopped);
  EXPECT_EQ(outcome.error, "");
  EXPECT_GE(phase_.scheduler().n_ended(RunStatus::pending), 1U);
  expect_orderly();
}

TEST_P(EarlyEnd, rank_0_that_was_asked_to_stop_sends_everybody_home) {
  phase_.callbacks.stop_requested = [&] { return phase_.workers[1].trained.size() >= 2; };
  const WorkOutcome outcome = phase_.lead();
  EXPECT_TRUE(outcome.stopped);
  EXPECT_EQ(outcome.error, "");
  expect_orderly();
}

TEST_P(EarlyEnd, whoever_is_busy_is_told_to_give_up) {
  for (auto& worker : phase_.workers) worker.moments_per_run = 1'000'000;
  phase_.start_workers();
  phase_.callbacks.stop_requested = [] { return true; };
  EXPECT_TRUE(phase_.lead().stopped);
  for (const auto& worker : phase_.workers) EXPECT_TRUE(worker.was_halted && worker.trained.empty());
  EXPECT_GE(phase_.scheduler().n_ended(RunStatus::pending), 3U);
  expect_orderly();
}

TEST_P(EarlyEnd, a_lost_lease_ends_the_job_with_its_reason) {
  int n_ticks = 0;
  phase_.callbacks.tick = [&](const Scheduler&) {
    if (++n_ticks >= 4) throw UserError("another job is writing these results");
  };
  const WorkOutcome outcome = phase_.lead();
  EXPECT_EQ(outcome.error, "another job is writing these results");
  EXPECT_FALSE(outcome.stopped);
  expect_orderly();
}

TEST_P(EarlyEnd, a_lease_lost_while_waiting_for_workers_is_told) {
  for (auto& worker : phase_.workers) {
    worker.moments_per_run = 30;
    worker.hears_halt = false;
  }
  int n_ticks = 0;
  phase_.callbacks.stop_requested = [] { return true; };
  phase_.callbacks.tick = [&](const Scheduler&) {
    if (++n_ticks >= 10) throw UserError("another job is writing these results");
  };
  // Everybody is at work when rank 0 is asked to stop.
  phase_.start_workers();
  EXPECT_EQ(phase_.lead().error, "another job is writing these results");
  expect_orderly();
}

TEST(WorkPhaseOfRank0, a_run_that_cannot_be_stored_ends_the_job) {
  Phase phase(10, 0, true);
  phase.callbacks.work = [&](std::size_t run, const std::function<void()>&) {
    if (phase.trained_here.size() == 3) throw UserError("disk full");
    phase.trained_here.push_back(run);
    return RunStatus::done;
  };
  const WorkOutcome outcome = phase.lead();
  EXPECT_EQ(outcome.error, "disk full");
  EXPECT_EQ(phase.trained_here.size(), 3U);
  EXPECT_EQ(phase.scheduler().n_ended(RunStatus::pending), 1U);
}

TEST(WorkPhaseOfRank0, the_first_reason_is_kept) {
  Phase phase(10, 2, false);
  phase.workers[0].moments_per_run = 1;
  phase.workers[1].moments_per_run = 5;
  for (auto& worker : phase.workers)
    for (std::size_t run = 0; run < 10; ++run) worker.answers[run] = Message::Kind::broken;
  EXPECT_EQ(phase.lead().error, "disk full on rank 1");
  EXPECT_EQ(phase.scheduler().n_ended(RunStatus::pending), 2U);
}

/// A worker whose orders are in its mailbox before it starts.
class Follower {
 public:
  explicit Follower(const std::vector<std::size_t>& runs) : mail_(2), transport_(mail_, 1) {
    for (const std::size_t run : runs) mail_[1].push_back({0, {Message::Kind::assign, run, 0, ""}});
    mail_[1].push_back({0, {Message::Kind::stop, 0, 0, ""}});
    callbacks.work = [this](std::size_t run, const std::function<void()>& between_updates) {
      between_updates();
      trained.push_back(run);
      return RunStatus::diverged;
    };
    callbacks.stop_requested = [] { return false; };
  }

  /// A message before all others.
  void send_first(Message::Kind kind) { mail_[1].push_front({0, {kind, 0, 0, ""}}); }
  /// A halt behind the first assignment.
  void halt_when_begun() {
    const auto assigned = std::find_if(mail_[1].begin(), mail_[1].end(),
                                       [](const auto& m) { return m.second.kind == Message::Kind::assign; });
    mail_[1].insert(std::next(assigned), {0, {Message::Kind::halt, 0, 0, ""}});
  }

  /// What the worker told rank 0.
  std::vector<Message> follow() {
    follow_work(transport_, callbacks);
    std::vector<Message> said;
    for (const auto& [sender, message] : mail_[0]) said.push_back(message);
    return said;
  }

  WorkCallbacks callbacks;
  std::vector<std::size_t> trained;

 private:
  InProcessTransport::Mail mail_;
  InProcessTransport transport_;
};

TEST(FollowWork, a_worker_trains_what_it_is_assigned_and_reports) {
  Follower follower({4, 2});
  const auto said = follower.follow();
  EXPECT_THAT(follower.trained, ElementsAre(4, 2));
  ASSERT_EQ(said.size(), 3U);
  EXPECT_EQ(said[0].kind, Message::Kind::ready);
  EXPECT_EQ(said[1].kind, Message::Kind::report);
  EXPECT_EQ(said[1].item, 4U);
  EXPECT_EQ(said[1].status, static_cast<std::uint8_t>(RunStatus::diverged));
  EXPECT_EQ(said[2].item, 2U);
}

TEST(FollowWork, a_worker_that_is_asked_to_stop_gives_up_its_run) {
  Follower follower({4});
  follower.callbacks.stop_requested = [] { return true; };
  const auto said = follower.follow();
  EXPECT_THAT(follower.trained, IsEmpty());
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1].kind, Message::Kind::stopped);
  EXPECT_EQ(said[1].item, 4U);
}

TEST(FollowWork, a_worker_gives_up_its_run_when_rank_0_says_so) {
  Follower follower({4});
  follower.send_first(Message::Kind::halt);
  follower.callbacks.work = [](std::size_t, const std::function<void()>& between_updates) {
    for (int update = 0; update < 1'000'000'000; ++update) between_updates();  // nobody waits so long
    return RunStatus::done;
  };
  follower.halt_when_begun();
  const auto said = follower.follow();
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1].kind, Message::Kind::stopped);
  EXPECT_EQ(said[1].item, 4U);
}

TEST(FollowWork, a_worker_leaves_the_job_when_a_rank_died) {
  Follower follower({4});
  follower.callbacks.lost = [] { return std::set<int>{0}; };
  EXPECT_THROW(follower.follow(), RankLost);
  Follower told({});
  told.send_first(Message::Kind::leave);
  EXPECT_THROW(told.follow(), RankLost);
}

TEST(FollowWork, a_worker_that_cannot_store_says_why) {
  Follower follower({4});
  follower.callbacks.work = [](std::size_t, const std::function<void()>&) -> RunStatus {
    throw UserError("disk full", "0 bytes left");
  };
  const auto said = follower.follow();
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1].kind, Message::Kind::broken);
  EXPECT_EQ(said[1].text, "disk full (0 bytes left)");
}

}  // namespace
}  // namespace cohort::test
