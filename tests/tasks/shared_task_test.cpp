#include <cohort/tasks/shared_task.hpp>

#include <cohort/recordings/npy_array.hpp>

#include <support/errors.hpp>
#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

TEST(SharedTask, is_one_for_all_who_ask) {
  const auto one = shared_task("flip_flop/bits=2"), same = shared_task("flip_flop/steps=64,bits=2");
  EXPECT_EQ(one, same);
  EXPECT_NE(one, shared_task("flip_flop/bits=3"));
}

TEST(SharedTask, reads_its_files_once_while_it_is_held_and_again_after) {
  const TemporaryDirectory folder;
  const std::string variant = "from_file/path=" + folder.path();
  const auto write = [&](double value) {
    write_npy(folder.path("inputs.npy"), {{1, 2, 1}, {value, value}});
    write_npy(folder.path("targets.npy"), {{1, 2, 1}, {0, 0}});
  };
  write(1);
  auto task = shared_task(variant);
  const std::string before = task->info().fingerprint;
  write(2);
  EXPECT_EQ(shared_task(variant)->info().fingerprint, before);
  task.reset();
  EXPECT_NE(shared_task(variant)->info().fingerprint, before);
}

TEST(SharedTask, that_cannot_be_made_leaves_nothing) {
  for (int attempt = 0; attempt < 2; ++attempt)
    EXPECT_THAT(user_error([] { shared_task("from_file/path=nowhere"); }), testing::HasSubstr("no such folder"));
  EXPECT_THAT(user_error([] { shared_task("flipflop"); }), testing::HasSubstr("Did you mean 'flip_flop'?"));
}

}  // namespace
}  // namespace cohort::test
