// A run that is interrupted, kept and continued gives the same result, bit for bit.

#include <cohort/core/errors.hpp>
#include <cohort/study/run_executor.hpp>

#include <support/study_files.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstring>

namespace cohort::test {
namespace {

constexpr const char* kShort =
    "[training]\nupdates = 6\nbatch = 6\n[snapshots]\nat_updates = [0, 4]\nat_error = [10]\nweights = true\n"
    "outputs = true\n";

/// Keeps a run in memory.
class MemoryKeeper final : public RunKeeper {
 public:
  std::optional<RunUnderWay> kept() override { return run; }
  std::optional<RunUnderWay> ended() override { return end; }
  void refuse(const std::string& why) override { refusal = why; }
  bool is_due() override { return is_always_due; }
  void keep(const std::function<RunUnderWay()>& now) override {
    run = now();
    ++n_kept;
  }
  void keep_ended(const std::function<RunUnderWay()>& now) override { end = now(); }
  void forget() override { run.reset(); }

  std::optional<RunUnderWay> run, end;
  std::string refusal;
  bool is_always_due = false;
  int n_kept = 0;
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

void expect_same(const RunResult& a, const RunResult& b) {
  EXPECT_EQ(a.status, b.status);
  ASSERT_EQ(a.curves.size(), b.curves.size());
  for (std::size_t i = 0; i < a.curves.size(); ++i) EXPECT_TRUE(same_bits(a.curves[i].values, b.curves[i].values)) << i;
  ASSERT_EQ(a.snapshots.size(), b.snapshots.size());
  for (std::size_t i = 0; i < a.snapshots.size(); ++i) {
    EXPECT_EQ(a.snapshots[i].update, b.snapshots[i].update);
    EXPECT_EQ(a.snapshots[i].error, b.snapshots[i].error);
    EXPECT_EQ(a.snapshots[i].representation, b.snapshots[i].representation);
    EXPECT_EQ(a.snapshots[i].outputs, b.snapshots[i].outputs);
    EXPECT_TRUE(same_bits(a.snapshots[i].parameters, b.snapshots[i].parameters));
  }
  EXPECT_TRUE(same_bits(a.constants, b.constants));
  EXPECT_EQ(a.network.end.mean, b.network.end.mean);
  EXPECT_EQ(a.network.initial.norm, b.network.initial.norm);
}

/// Lets so many updates pass, then asks for a stop.
StopCheck stop_after(int n_updates) {
  return [left = n_updates]() mutable {
    if (left-- == 0) throw StopRequest();
  };
}

class RunUnderWayTest : public StudyFiles {
 protected:
  const Study study_ = read(example_and(kShort));
  const Design design_ = expand(study_);
};

TEST_F(RunUnderWayTest, is_kept_when_it_is_stopped_and_continued_bit_for_bit) {
  for (const cohort::Run& run : design_.only({0, 5, 11})) {
    const RunResult whole = execute(study_, run);
    MemoryKeeper keeper;
    int n_parts = 1;
    for (;; ++n_parts) {
      ASSERT_LE(n_parts, 20);
      try {
        expect_same(execute(study_, run, stop_after(1), &keeper), whole);
        break;
      } catch (const StopRequest&) {
      }
    }
    EXPECT_EQ(n_parts, 7) << "six updates and the last look";
    EXPECT_EQ(keeper.n_kept, 6);
    EXPECT_EQ(keeper.refusal, "");
  }
}

TEST_F(RunUnderWayTest, is_kept_whenever_it_is_due) {
  MemoryKeeper keeper;
  keeper.is_always_due = true;
  const RunResult whole = execute(study_, design_[1], {}, &keeper);
  EXPECT_EQ(keeper.n_kept, 7) << "before each update, and before the last look at the network";
  EXPECT_EQ(keeper.run->state.update, 6);
  const double wall = keeper.run->wall_seconds;
  EXPECT_GT(wall, 0);
  keeper.run->wall_seconds += 1000;
  keeper.is_always_due = false;
  const RunResult again = execute(study_, design_[1], {}, &keeper);
  expect_same(again, whole);
  EXPECT_GT(again.wall_seconds, 1000) << "of all parts together";
}

TEST_F(RunUnderWayTest, a_lost_lease_keeps_nothing) {
  MemoryKeeper keeper;
  const auto lost = [] { throw UserError("another job is writing these results"); };
  EXPECT_THROW(execute(study_, design_[0], lost, &keeper), UserError);
  EXPECT_EQ(keeper.n_kept, 0);
}

TEST_F(RunUnderWayTest, begins_anew_when_what_was_kept_is_of_another_training) {
  const Study longer = read(example("", "", "[training]\nupdates = 9\nbatch = 6\n"), "longer.toml");
  MemoryKeeper keeper;
  EXPECT_THROW(execute(longer, expand(longer)[0], stop_after(3), &keeper), StopRequest);
  expect_same(execute(study_, design_[0], {}, &keeper), execute(study_, design_[0]));
  EXPECT_THAT(keeper.refusal, testing::HasSubstr("other curves, updates or levels"));
}

class KeptStateTest : public StudyFiles {
 protected:
  /// A study that keeps states, with some rest of [training] and [snapshots].
  static std::string growing(int updates, const std::string& training = "",
                             const std::string& snapshots = "at_updates = [0, 3]\n") {
    return example_and(
        fmt::format("[training]\nupdates = {}\nevaluate_every = 4\nbatch = 6\nkeep_state = true\n{}"
                    "[snapshots]\nat_error = [0.9]\nweights = true\noutputs = true\n{}",
                    updates, training, snapshots));
  }

  /// Trains run number `number` of `before`, then goes on with `now`.
  RunResult continued_run(const std::string& before, const std::string& now, std::size_t number = 1) {
    const Study first = read(before, "before.toml"), second = read(now, "now.toml");
    keeper_ = MemoryKeeper();
    execute(first, expand(first)[number], {}, &keeper_);
    expect_same_name(first, second, number);
    return execute(second, expand(second)[number], {}, &keeper_);
  }

  RunResult at_once(const std::string& text, std::size_t number = 1) {
    const Study study = read(text, "once.toml");
    return execute(study, expand(study)[number]);
  }

  static void expect_same_name(const Study& a, const Study& b, std::size_t number) {
    const cohort::Run one = expand(a)[number], other = expand(b)[number];
    EXPECT_EQ(study_key(a), study_key(b)) << "a longer study is the same study";
    EXPECT_EQ(one.streams, other.streams);
    EXPECT_EQ(identity_of_ended(a, one), identity_of_ended(b, other));
  }

  MemoryKeeper keeper_;
};

TEST_F(KeptStateTest, a_longer_training_goes_on_with_the_bits_of_one_that_was_asked_for_at_once) {
  for (const std::size_t number : {0U, 5U, 11U})
    for (const int before : {1, 5, 8}) {
      const RunResult longer =
          continued_run(growing(before, "", "at_updates = [0]\n"), growing(13, "", "at_updates = [0, 9]\n"), number);
      EXPECT_EQ(keeper_.refusal, "") << before;
      EXPECT_EQ(keeper_.end->state.update, 13);
      expect_same(longer, at_once(growing(13, "", "at_updates = [0, 9]\n"), number));
    }
}

TEST_F(KeptStateTest, goes_on_when_it_is_interrupted_meanwhile) {
  const Study first = read(growing(4), "first.toml"), second = read(growing(9), "second.toml");
  execute(first, expand(first)[1], {}, &keeper_);
  EXPECT_THROW(execute(second, expand(second)[1], stop_after(2), &keeper_), StopRequest);
  EXPECT_EQ(keeper_.run->state.update, 6);
  EXPECT_EQ(keeper_.end->state.update, 4);
  expect_same(execute(second, expand(second)[1], {}, &keeper_), at_once(growing(9)));
}

TEST_F(KeptStateTest, a_run_that_diverged_has_diverged_for_good) {
  const std::string explosive = "explosion = 1\n";  // the first loss above that of update 0
  RunResult whole = at_once(growing(30, explosive));
  ASSERT_EQ(whole.status, RunStatus::diverged);
  const RunResult longer = continued_run(growing(20, explosive), growing(30, explosive));
  EXPECT_EQ(keeper_.refusal, "");
  EXPECT_EQ(longer.message, whole.message);
  expect_same(longer, whole);
}

TEST_F(KeptStateTest, what_it_cannot_know_begins_anew) {
  const auto refusal = [&](const std::string& before, const std::string& now) {
    expect_same(continued_run(before, now), at_once(now));
    return keeper_.refusal;
  };
  EXPECT_EQ(refusal(growing(6), growing(6)), "");
  EXPECT_THAT(refusal(growing(6), growing(9, "", "at_updates = [0, 3, 5]\n")),
              testing::HasSubstr("for the level update=5"));
  EXPECT_THAT(refusal(growing(6), growing(9, "", "at_updates = [0]\n")),
              testing::HasSubstr("looked at the network at update=3"));
  EXPECT_THAT(refusal(growing(9), growing(6)), testing::HasSubstr("has made 9 updates, and the study asks for 6"));
  EXPECT_EQ(keeper_.end->state.update, 9) << "what is further is not lost";
}

TEST_F(KeptStateTest, only_the_number_of_updates_may_change) {
  const Study study = read(growing(6));
  const Study plain = read(example_and("[training]\nupdates = 6\nevaluate_every = 4\nbatch = 6\n"), "plain.toml");
  EXPECT_NE(study_key(study), study_key(plain)) << "a study that keeps states draws other random numbers";
  EXPECT_NE(expand(study)[0].key, expand(read(growing(7), "longer.toml"))[0].key) << "another result";
  EXPECT_NE(study_key(study), study_key(read(growing(6, "clip = 1\n"), "clipped.toml")));
  EXPECT_NE(expand(study)[0].streams, expand(study)[1].streams);
}

TEST_F(RunUnderWayTest, its_identity_is_of_the_run_and_of_what_is_stored) {
  const std::string identity = identity_under_way(study_, design_[0]);
  EXPECT_EQ(identity, identity_under_way(study_, design_[0]));
  EXPECT_NE(identity, identity_under_way(study_, design_[1]));
  for (const auto& [from, to] : {std::pair{"at_error = [10]", "at_error = [9]"}, std::pair{"outputs = true", ""},
                                 std::pair{"weights = true", ""}, std::pair{"updates = 6", "updates = 7"}}) {
    std::string text = example_and(kShort);
    text.replace(text.find(from), std::string(from).size(), to);
    const Study other = read(text, "other.toml");
    EXPECT_NE(identity, identity_under_way(other, expand(other)[0])) << from;
  }
  const Study more = read(example("seed = 3", "seed = 4", kShort), "more.toml");
  EXPECT_EQ(identity, identity_under_way(more, expand(more)[0])) << "more seeds are nothing to a run";
}

}  // namespace
}  // namespace cohort::test
