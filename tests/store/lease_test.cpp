#include <support/shared_directory.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/store/lease.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace cohort {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

/// Every rank plays with a lease of its own.
class LeaseTest : public SharedDirectoryTest {
 protected:
  std::string results() const { return path("results_" + std::to_string(rank_) + ".h5"); }
  std::string lease() const { return results() + ".lease"; }

  std::string refusal() {
    try {
      Lease::acquire(results(), "second");
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  }

  void write_lease(const std::string& host, int pid, double age) {
    std::ofstream(lease()) << fmt::format(R"({{"job": "4711", "host": "{}", "pid": {}, "token": "theirs"}})", host,
                                          pid);
    touch(age);
  }

  void touch(double age) const {
    const auto before =
        std::chrono::duration_cast<std::filesystem::file_time_type::duration>(std::chrono::duration<double>(age));
    std::filesystem::last_write_time(lease(), std::filesystem::file_time_type::clock::now() - before);
  }

  std::string token() const {
    std::string text;
    std::getline(std::ifstream(lease()), text);
    const auto at = text.find("\"token\":\"") + 9;
    return text.substr(at, text.find('"', at) - at);
  }

  static std::string this_host() {
    char name[256] = {};
    gethostname(name, sizeof name - 1);
    return name;
  }

  /// The process id of somebody who has just died.
  static int dead_process() {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, nullptr, 0);
    return child;
  }

  Lease::Timing quick_{120s, 0.05s, 0.2s};
};

TEST_F(LeaseTest, a_second_job_is_told_who_holds_it) {
  const Lease first = Lease::acquire(results(), "first");
  EXPECT_THAT(refusal(),
              AllOf(StartsWith(lease()), HasSubstr("another job is writing these results"),
                    HasSubstr("job first on host " + this_host()), HasSubstr("process " + std::to_string(getpid()))));
  EXPECT_EQ(lease_holder(results()).job, "first");
}

TEST_F(LeaseTest, is_given_back_at_the_end) {
  {
    Lease first = Lease::acquire(results(), "first");
    const Lease moved = std::move(first);
    EXPECT_TRUE(std::filesystem::exists(lease()));
  }
  EXPECT_FALSE(std::filesystem::exists(lease()));
  EXPECT_EQ(lease_holder(results()).pid, 0);
  EXPECT_NO_THROW(Lease::acquire(results(), "second"));
}

TEST_F(LeaseTest, is_taken_over_from_a_dead_process_on_this_host) {
  write_lease(this_host(), dead_process(), 1);
  const Lease taken = Lease::acquire(results(), "second", quick_);
  EXPECT_EQ(lease_holder(results()).job, "second");
}

TEST_F(LeaseTest, is_respected_on_another_host_until_its_heartbeat_is_old) {
  write_lease("elsewhere", dead_process(), 100);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("job 4711 on host elsewhere"), HasSubstr("100 s ago")));
  write_lease("elsewhere", dead_process(), 130);
  const Lease taken = Lease::acquire(results(), "second", quick_);
  EXPECT_EQ(lease_holder(results()).job, "second");
}

TEST_F(LeaseTest, an_unreadable_lease_counts_by_its_age) {
  std::ofstream(lease()) << "{\"job\": ";
  EXPECT_THAT(refusal(), HasSubstr("a job on host unknown"));
  touch(200);
  EXPECT_NO_THROW(Lease::acquire(results(), "second", quick_));
}

TEST_F(LeaseTest, refreshing_keeps_it_alive) {
  Lease first = Lease::acquire(results(), "first");
  touch(100);
  EXPECT_GT(lease_holder(results()).age, 90);
  first.refresh();
  EXPECT_LT(lease_holder(results()).age, 10);
  EXPECT_THAT(refusal(), HasSubstr("job first"));
}

TEST_F(LeaseTest, a_disk_that_takes_no_file_for_a_moment_does_not_end_the_job) {
  Lease first = Lease::acquire(results(), "first");
  const std::string in_the_way = lease() + "." + token();
  std::filesystem::create_directory(in_the_way);
  touch(100);
  EXPECT_NO_THROW(first.refresh());
  EXPECT_LT(lease_holder(results()).age, 10) << "others see a sign of life all the same";
  std::filesystem::remove(in_the_way);
  EXPECT_NO_THROW(first.refresh());
}

TEST_F(LeaseTest, that_cannot_be_understood_is_written_again_by_its_job) {
  Lease first = Lease::acquire(results(), "first");
  std::ofstream(lease()) << "{\"job\": ";
  EXPECT_NO_THROW(first.refresh());
  EXPECT_EQ(lease_holder(results()).job, "first");
}

TEST_F(LeaseTest, clocks_that_differ_do_not_let_a_second_job_in) {
  write_lease("elsewhere", 1, 1000);  // by the clock of a host that is far behind
  std::thread owner([&] {
    std::this_thread::sleep_for(100ms);
    touch(990);
  });
  EXPECT_THROW(Lease::acquire(results(), "second", {120s, 0.05s, 2s}), UserError);
  owner.join();
  touch(-500);  // in the future, and silent
  EXPECT_NO_THROW(Lease::acquire(results(), "second", quick_));
}

TEST_F(LeaseTest, a_process_of_the_same_number_is_another_one) {
  Lease first = Lease::acquire(results(), "first");
  std::string text;
  std::getline(std::ifstream(lease()), text);
  EXPECT_EQ(lease_holder(results()).over, "");
  text.insert(text.find("\",", text.find("\"process\"")), "1");  // started at another time
  std::ofstream(lease()) << text;
  EXPECT_EQ(lease_holder(results()).over, "its process is gone");
}

TEST_F(LeaseTest, is_that_of_the_file_behind_a_link) {
  std::ofstream(results()) << "results";
  std::filesystem::create_symlink(results(), path("link_" + std::to_string(rank_)));
  const Lease first = Lease::acquire(path("link_" + std::to_string(rank_)), "first");
  EXPECT_THAT(refusal(), HasSubstr("job first"));
}

TEST_F(LeaseTest, whoever_lost_it_notices_and_leaves_it_alone) {
  {
    Lease first = Lease::acquire(results(), "first");
    write_lease("elsewhere", 1, 0);
    EXPECT_THROW(first.refresh(), UserError);
  }
  EXPECT_EQ(lease_holder(results()).host, "elsewhere");
}

TEST_F(LeaseTest, of_many_jobs_at_once_one_gets_it) {
  for (const bool stale : {false, true}) {
    std::filesystem::remove(lease());
    if (stale) write_lease("elsewhere", 1, 1000);
    std::atomic<int> n_winners = 0, n_losers = 0, n_done = 0;
    const auto compete = [&] {
      std::optional<Lease> mine;
      try {
        mine.emplace(Lease::acquire(results(), "job", {120s, 0.5s, 0.1s}));
        ++n_winners;
      } catch (const UserError&) {
        ++n_losers;
      }
      ++n_done;
      while (n_done < 8) std::this_thread::sleep_for(1ms);  // nobody gives it back before all have tried
    };
    std::vector<std::thread> jobs;
    for (int job = 0; job < 8; ++job) jobs.emplace_back(compete);
    for (auto& job : jobs) job.join();
    EXPECT_EQ(n_winners, 1) << "stale: " << stale;
    EXPECT_EQ(n_losers, 7) << "stale: " << stale;
  }
}

TEST_F(LeaseTest, does_not_wait_for_a_link_that_leads_nowhere) {
  std::filesystem::create_symlink(path("nowhere"), lease());
  EXPECT_THAT(refusal(), AllOf(StartsWith(lease()), HasSubstr("cannot be read")));
}

TEST_F(LeaseTest, needs_a_directory_that_can_be_written) {
  EXPECT_THROW(Lease::acquire(path("missing/results.h5"), "first"), UserError);
}

}  // namespace
}  // namespace cohort
