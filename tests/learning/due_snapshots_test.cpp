#include <cohort/learning/due_snapshots.hpp>

#include <gmock/gmock.h>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Places of the snapshots that are due after `update` of 10 updates.
std::vector<std::size_t> due(const SnapshotPlan& plan, Index update, const Score& score, std::vector<Snapshot>& taken) {
  std::vector<std::size_t> places;
  for (const Snapshot* snapshot : due_snapshots(plan, update, 10, score, taken))
    places.push_back(static_cast<std::size_t>(snapshot - taken.data()));
  return places;
}

TEST(DueSnapshots, are_those_of_listed_updates_levels_reached_for_the_first_time_and_the_end) {
  const SnapshotPlan plan{{0.5, 0.25}, {0.9}, {0, 10}, false};  // update=0, update=10, errors, accuracy, final
  std::vector<Snapshot> taken(6);
  EXPECT_THAT(due(plan, 0, {0, 0.6, 0.1}, taken), ElementsAre(0));
  EXPECT_THAT(due(plan, 3, {0, 0.6, 0.1}, taken), IsEmpty());
  EXPECT_THAT(due(plan, 4, {0, 0.5, 0.1}, taken), ElementsAre(2)) << "a level is reached when it is met exactly";
  taken[2].update = 4;
  EXPECT_THAT(due(plan, 5, {0, 0.1, 0.95}, taken), ElementsAre(3, 4));
  EXPECT_THAT(due(plan, 10, {0, 0.4, 0.1}, taken), ElementsAre(1, 5));
}

TEST(DueSnapshots, the_untrained_network_reaches_nothing) {
  const SnapshotPlan plan{{0.5}, {0.5}, {}, false};
  std::vector<Snapshot> taken(3);
  EXPECT_THAT(due(plan, 0, {0, 0.1, 1}, taken), IsEmpty()) << "by luck";
  EXPECT_THAT(due(plan, 1, {0, 0.1, 1}, taken), ElementsAre(0, 1));
}

TEST(DueSnapshots, a_level_that_is_held_is_reached_at_the_last_of_so_many_evaluations) {
  SnapshotPlan plan{{0.5}, {0.5}, {}, false};
  plan.hold = 3;
  std::vector<Snapshot> taken(3);
  const Score good{0, 0.4, 0.6}, bad{0, 0.6, 0.4}, mixed{0, 0.4, 0.4};
  EXPECT_THAT(due(plan, 0, good, taken), IsEmpty()) << "that before the first update does not count";
  EXPECT_THAT(due(plan, 1, good, taken), IsEmpty());
  EXPECT_THAT(due(plan, 2, good, taken), IsEmpty());
  EXPECT_THAT(due(plan, 3, bad, taken), IsEmpty()) << "not in a row";
  EXPECT_THAT(due(plan, 4, good, taken), IsEmpty());
  EXPECT_THAT(due(plan, 5, good, taken), IsEmpty());
  EXPECT_THAT(due(plan, 6, mixed, taken), ElementsAre(0));
  taken[0].update = 6;
  EXPECT_THAT(due(plan, 7, good, taken), IsEmpty()) << "once";
}

TEST(DueSnapshots, an_accuracy_that_is_no_number_reaches_nothing) {
  std::vector<Snapshot> taken(2);
  EXPECT_THAT(due({{}, {0.1}, {}, false}, 1, {0, 0, std::numeric_limits<double>::quiet_NaN()}, taken), IsEmpty());
}

}  // namespace
}  // namespace cohort::test
