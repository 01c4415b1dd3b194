#include <cohort/core/errors.hpp>
#include <cohort/learning/state_writer.hpp>
#include <cohort/store/checkpoint_file.hpp>

#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace cohort::test {
namespace {

using testing::HasSubstr;

RunUnderWay some_run() {
  RunUnderWay run;
  run.state.update = 17;
  run.state.next_trial = 1ULL << 63;
  run.state.first_loss = -0.0;
  run.state.learned = std::string("a\0b\n\xff", 5);
  run.state.record.curves = {{"loss", {1.5F, std::numeric_limits<float>::quiet_NaN()}}};
  run.state.record.snapshots.resize(2);
  run.state.record.snapshots[1] = {4, 0.5, Matrix<float>::Constant(3, 2, 0.1F), {1, 2}, Matrix<float>::Zero(3, 1), 2};
  run.wall_seconds = 3.25;
  run.cpu_seconds = 3;
  run.levels = {"update=4", "final"};
  return run;
}

class CheckpointFileTest : public testing::Test {
 protected:
  std::string path() const { return directory_.path("results.h5.running/0123"); }
  CheckpointFile file(const std::string& identity = "this run") const { return {path(), identity}; }

  std::string bytes() const {
    std::ifstream stream(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  void overwrite(const std::string& content) const { std::ofstream(path(), std::ios::binary) << content; }

  /// Why the file cannot be used.
  std::string complaint(const std::string& identity = "this run") const {
    try {
      file(identity).read();
    } catch (const RunError& error) {
      return error.what();
    }
    return "";
  }

  TemporaryDirectory directory_;
};

TEST_F(CheckpointFileTest, gives_back_what_it_was_given_bit_for_bit) {
  EXPECT_FALSE(file().read());
  RunUnderWay run = some_run();
  file().write(run);
  auto again = file().read();
  ASSERT_TRUE(again);
  EXPECT_EQ(state_bytes(again->state), state_bytes(run.state));
  EXPECT_EQ(again->wall_seconds, 3.25);
  EXPECT_EQ(again->cpu_seconds, 3);
  EXPECT_EQ(again->levels, run.levels);
  run.state.update = 18;
  file().write(run);
  EXPECT_EQ(file().read()->state.update, 18) << "the newest counts";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path("results.h5.running")), {}), 1)
      << "nothing temporary is left";
  file().remove();
  EXPECT_FALSE(file().read());
}

TEST_F(CheckpointFileTest, of_another_run_is_refused) {
  file().write(some_run());
  EXPECT_THAT(complaint("another run"), HasSubstr("of another run"));
  EXPECT_EQ(complaint(), "");
}

TEST_F(CheckpointFileTest, damaged_anywhere_is_refused) {
  file().write(some_run());
  const std::string whole = bytes();
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 40) {
    overwrite(whole.substr(0, size));
    EXPECT_NE(complaint(), "") << "cut after " << size;
  }
  for (std::size_t place = 0; place < whole.size(); place += place < 200 ? 1 : 9) {
    std::string flipped = whole;
    flipped[place] = static_cast<char>(flipped[place] ^ 4);
    overwrite(flipped);
    EXPECT_NE(complaint(), "") << "flipped at " << place;
  }
  overwrite(whole + "x");
  EXPECT_EQ(complaint(), "is damaged");
}

TEST_F(CheckpointFileTest, of_another_kind_or_version_is_refused) {
  std::filesystem::create_directories(directory_.path("results.h5.running"));
  for (const std::string foreign : {"", "hello\n", "cohort state 1\n"}) {
    overwrite(foreign);
    EXPECT_EQ(complaint(), "is no saved run") << foreign;
  }
  file().write(some_run());
  std::string other = bytes();
  other.replace(other.find(" 2 "), 3, " 1 ");
  overwrite(other);
  EXPECT_THAT(complaint(), HasSubstr("by another version"));
}

TEST_F(CheckpointFileTest, that_cannot_be_written_leaves_the_old_one) {
  file().write(some_run());
  std::filesystem::create_directory(path() + ".new");  // in the way of the temporary file
  EXPECT_THROW(file().write(some_run()), UserError);
  EXPECT_TRUE(file().read());
  std::ofstream(directory_.path("no_folder")) << "";
  EXPECT_THROW(CheckpointFile(directory_.path("no_folder/0123"), "").write(some_run()), UserError);
}

}  // namespace
}  // namespace cohort::test
