#include <support/sample_results.hpp>
#include <support/shared_directory.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/store/results_file.hpp>
#include <cohort/store/together.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

namespace cohort {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;
using testing::StartsWith;
using Access = ResultsFile::Access;

class ResultsFileTest : public SharedDirectoryTest {
 protected:
  ResultsFile create() { return ResultsFile::create(path(), sample_schema(), MPI_COMM_WORLD); }

  /// The message of the UserError that `call` throws.
  static std::string message(const std::function<void()>& call) {
    try {
      call();
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  }

  std::string open_message(const std::string& name) {
    return message([&] { ResultsFile::open(path(name), Access::read_write, MPI_COMM_WORLD); });
  }

  void write_bytes(const std::string& name, const std::string& bytes) {
    if (rank_ == 0) std::ofstream(path(name), std::ios::binary) << bytes;
    barrier();
  }

  static std::string bytes_of(const std::string& path) {
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    return bytes.str();
  }

  /// An HDF5 file that another program wrote.
  void write_foreign_hdf5(const std::string& name) {
    if (rank_ == 0) H5Fclose(H5Fcreate(path(name).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    barrier();
  }

  std::size_t files_in_directory() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory_), {}));
  }
};

TEST_F(ResultsFileTest, holds_fill_values_until_somebody_writes) {
  ResultsFile file = create();
  EXPECT_THAT(file.read<float>("/curves/loss"), Each(IsNan()));
  EXPECT_THAT(file.read<double>("/snapshots/error"), Each(IsNan()));
  EXPECT_THAT(file.read<std::int32_t>("/snapshots/update"), Each(-1));
  EXPECT_THAT(file.read<std::uint8_t>("/state/status"), Each(0));
  EXPECT_THAT(file.read<std::uint64_t>("/state/checksum"), Each(0));
  EXPECT_THAT(file.read_text("/state/message"), Each(IsEmpty()));
  EXPECT_THAT(file.extent("/snapshots/representation"), ElementsAre(12, 2, 4, 5));
}

TEST_F(ResultsFileTest, fills_datasets_larger_than_one_block) {
  Schema schema;
  schema.dimensions = {{"run", 3}, {"sample", 1700}, {"unit", 700}};
  schema.datasets = {{"/a/x", ValueType::f64, {"run", "sample", "unit"}}, {"/a/y", ValueType::f32, {"sample", "unit"}}};
  ResultsFile file = ResultsFile::create(path(), schema, MPI_COMM_WORLD);
  EXPECT_THAT(file.read<double>("/a/x"), Each(IsNan()));
  EXPECT_THAT(file.read<float>("/a/y"), Each(IsNan()));
}

TEST_F(ResultsFileTest, holds_constants_and_texts_of_any_length) {
  ResultsFile file = create();
  EXPECT_EQ(file.read_text("/design/key"), sample_shape().keys.all());
  EXPECT_EQ(file.read<std::int32_t>("/design/rule"), sample_shape().factors[0].codes.all());
  EXPECT_EQ(file.attribute("/design/rule", "flag_meanings"), "bptt eprop/feedback=random");
  EXPECT_THAT(file.read_text("/snapshots/level"), ElementsAre("0.6", "0.95"));
  EXPECT_EQ(file.attribute("/", "study"), sample_schema().attributes["study"]);
  EXPECT_EQ(file.attribute("/", "Conventions"), "CF-1.10");
  EXPECT_THROW(file.read_text("/curves/loss"), InternalError);
}

TEST_F(ResultsFileTest, ranks_write_rows_independently_and_all_read_them) {
  ResultsFile file = create();
  for (std::size_t run = static_cast<std::size_t>(rank_); run < 12; run += static_cast<std::size_t>(n_ranks_)) {
    const std::vector<float> values(21, static_cast<float>(run));
    file.write<float>("/curves/loss", {run, 0}, {1, 21}, values);
    const std::string text = "run µ" + std::to_string(run);
    file.write_text("/state/message", {run}, {1}, std::span(&text, 1));
  }
  file.flush();
  for (std::size_t run = 0; run < 12; ++run) {
    EXPECT_THAT(file.read<float>("/curves/loss", {run, 0}, {1, 21}), Each(static_cast<float>(run)));
    EXPECT_EQ(file.read_text("/state/message", {run}, {1}).front(), "run µ" + std::to_string(run));
  }
  file.close();
  ResultsFile again = ResultsFile::open(path(), Access::read, MPI_COMM_WORLD);
  EXPECT_THAT(again.read<double>("/curves/loss", {11, 20}, {1, 1}), ElementsAre(11.0));
}

TEST_F(ResultsFileTest, ranks_write_one_dataset_together) {
  ResultsFile file = create();
  const auto rank = static_cast<std::size_t>(rank_);
  const std::vector<float> values(rank == 0 ? 0 : 21, static_cast<float>(rank));
  file.write_collective<float>("/curves/loss", {rank, 0}, {rank == 0 ? 0u : 1u, 21}, values);
  file.flush();
  EXPECT_THAT(file.read<float>("/curves/loss", {0, 0}, {1, 21}), Each(IsNan()));
  for (std::size_t run = 1; run < static_cast<std::size_t>(n_ranks_); ++run)
    EXPECT_THAT(file.read<float>("/curves/loss", {run, 0}, {1, 21}), Each(static_cast<float>(run)));
}

TEST_F(ResultsFileTest, an_error_of_one_rank_in_a_collective_write_stops_all) {
  ResultsFile file = create();
  const std::vector<float> values(rank_ == 0 ? 20 : 21);
  EXPECT_THROW(file.write_collective<float>("/curves/loss", {0, 0}, {1, 21}, values), InternalError);
}

TEST_F(ResultsFileTest, refuses_blocks_outside_the_dataset) {
  ResultsFile file = create();
  const std::vector<float> values(21);
  EXPECT_THROW(file.write<float>("/curves/loss", {12, 0}, {1, 21}, values), InternalError);
  EXPECT_THROW(file.write<float>("/curves/loss", {0, 1}, {1, 21}, values), InternalError);
  EXPECT_THROW(file.write<float>("/curves/loss", {0}, {21}, values), InternalError);
  EXPECT_THROW(file.read<float>("/curves/loss", {0, 0}, {13, 1}), InternalError);
  EXPECT_THAT(message([&] { file.read<float>("/curves/accuracy"); }), HasSubstr("has no dataset /curves/accuracy"));
}

TEST_F(ResultsFileTest, is_read_by_one_process_while_a_job_writes) {
  ResultsFile file = create();
  ResultsFile reader = ResultsFile::open_serial(path());
  EXPECT_THAT(reader.read<float>("/curves/loss"), Each(IsNan()));
  barrier();
  if (rank_ == 0) file.write<float>("/curves/loss", {3, 0}, {1, 21}, std::vector<float>(21, 7.0f));
  barrier();
  EXPECT_THAT(reader.read<float>("/curves/loss", {3, 0}, {1, 21}), Each(7.0f));
  EXPECT_EQ(reader.attribute("/", "format"), "cohort-results");
  EXPECT_EQ(reader.attribute("/curves/loss", "long_name"), "training loss");
}

TEST_F(ResultsFileTest, lists_datasets_without_dimension_scales) {
  ResultsFile file = create();
  EXPECT_THAT(file.datasets("/curves"), ElementsAre("/curves/gradient_norm", "/curves/loss"));
  EXPECT_THAT(file.datasets("/nothing"), IsEmpty());
  EXPECT_TRUE(file.has("/curves/update"));
  EXPECT_FALSE(file.has("/nothing/at/all"));
}

TEST_F(ResultsFileTest, cuts_long_texts_at_a_character) {
  Schema schema;
  schema.dimensions = {{"run", 1}};
  schema.datasets = {{"/a/name", ValueType::text, {"run"}}};
  schema.datasets[0].text_length = 4;
  ResultsFile file = ResultsFile::create(path(), schema, MPI_COMM_WORLD);
  barrier();
  const std::string text = "abcµ";  // the fifth byte is the second half of µ
  if (rank_ == 0) file.write_text("/a/name", {0}, {1}, std::span(&text, 1));
  barrier();
  EXPECT_THAT(file.read_text("/a/name"), ElementsAre("abc"));
}

TEST_F(ResultsFileTest, never_replaces_a_file_that_exists) {
  write_bytes("results.h5", "my thesis");
  EXPECT_THAT(message([&] { create(); }), AllOf(StartsWith(path()), HasSubstr("exists already")));
  EXPECT_EQ(bytes_of(path()), "my thesis");
  EXPECT_EQ(files_in_directory(), 1u);
}

TEST_F(ResultsFileTest, replaces_what_a_crash_left_of_the_making) {
  write_bytes("results.h5.partial", std::string(100000, 'x'));
  create().close();
  EXPECT_EQ(files_in_directory(), 1u);
  EXPECT_NO_THROW(check_results_file(path()));
}

TEST_F(ResultsFileTest, says_what_is_wrong_with_a_file_and_leaves_it_alone) {
  EXPECT_THAT(open_message("missing.h5"), AllOf(StartsWith(path("missing.h5")), HasSubstr("no such file")));
  EXPECT_THAT(open_message(""), HasSubstr("is a directory"));
  write_bytes("text.h5", "not HDF5");
  write_bytes("empty.h5", "");
  EXPECT_THAT(open_message("text.h5"), AllOf(StartsWith(path("text.h5")), HasSubstr("not an HDF5 file")));
  EXPECT_THAT(open_message("empty.h5"), HasSubstr("not an HDF5 file"));
  EXPECT_EQ(bytes_of(path("text.h5")), "not HDF5");

  write_foreign_hdf5("foreign.h5");
  const std::string foreign = bytes_of(path("foreign.h5"));
  EXPECT_THAT(open_message("foreign.h5"), HasSubstr("no results file of Cohort"));
  EXPECT_EQ(bytes_of(path("foreign.h5")), foreign);
}

TEST_F(ResultsFileTest, notices_a_truncated_file) {
  create().close();
  const std::string whole = bytes_of(path());
  write_bytes("cut.h5", whole.substr(0, whole.size() - 1000));
  EXPECT_THAT(open_message("cut.h5"), AllOf(StartsWith(path("cut.h5")), HasSubstr("damaged"), HasSubstr("truncated")));
  EXPECT_THAT(message([&] { ResultsFile::open_serial(path("cut.h5")); }), HasSubstr("truncated"));
}

TEST_F(ResultsFileTest, refuses_the_format_of_the_future) {
  create().close();
  if (rank_ == 0) {
    const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t attribute = H5Aopen(file, "format_version", H5P_DEFAULT), type = H5Aget_type(attribute);
    const char* version = "2";
    ASSERT_GE(H5Awrite(attribute, type, &version), 0);
    H5Tclose(type);
    H5Aclose(attribute);
    H5Fclose(file);
  }
  barrier();
  EXPECT_THAT(open_message("results.h5"), AllOf(HasSubstr("results in format 2"), HasSubstr("up to 1")));
}

TEST_F(ResultsFileTest, needs_permission_to_write) {
  constexpr uid_t nobody = 65534;
  create().close();
  if (rank_ == 0) std::filesystem::permissions(directory_, std::filesystem::perms(0555));
  if (rank_ == 0) std::filesystem::permissions(path(), std::filesystem::perms(0444));
  barrier();
  const bool was_root = geteuid() == 0;
  ASSERT_EQ(was_root ? seteuid(nobody) : 0, 0);
  const std::string opening = open_message("results.h5");
  const std::string creating = message([&] { ResultsFile::create(path("new.h5"), sample_schema(), MPI_COMM_WORLD); });
  ASSERT_EQ(was_root ? seteuid(0) : 0, 0);
  if (rank_ == 0) std::filesystem::permissions(directory_, std::filesystem::perms(0755));
  EXPECT_THAT(opening, AllOf(StartsWith(path()), HasSubstr("cannot be written (Permission denied)")));
  EXPECT_THAT(creating, AllOf(StartsWith(path("new.h5")), HasSubstr("cannot be created (Permission denied)")));
}

/// A disk of 64 MB in memory.
class SmallDiskTest : public ResultsFileTest {
 protected:
  void SetUp() override {
    ResultsFileTest::SetUp();
    int mounted = 0;
    if (rank_ == 0) {
      std::filesystem::create_directory(disk());
      mounted = mount("tmpfs", disk().c_str(), "tmpfs", 0, "size=64m") == 0 ? 1 : 0;
    }
    MPI_Bcast(&mounted, 1, MPI_INT, 0, MPI_COMM_WORLD);
    is_mounted_ = mounted != 0;
    if (!is_mounted_) GTEST_SKIP() << "no small disk can be mounted here (that needs root)";
  }
  void TearDown() override {
    barrier();
    if (rank_ == 0 && is_mounted_) umount(disk().c_str());
    ResultsFileTest::TearDown();
  }

  std::string disk() const { return path("disk"); }
  std::string results() const { return disk() + "/results.h5"; }

  static Schema schema_of(std::size_t megabytes) {
    Schema schema;
    schema.dimensions = {{"run", megabytes}, {"sample", 250000}};
    schema.datasets = {{"/a/x", ValueType::f32, {"run", "sample"}}};
    return schema;
  }

  std::string create_message(std::size_t megabytes) {
    const std::string text = message([&] { ResultsFile::create(results(), schema_of(megabytes), MPI_COMM_WORLD); });
    barrier();
    return text;
  }

  bool is_mounted_ = false;
};

TEST_F(SmallDiskTest, too_small_a_disk_is_told_before_anything_is_written) {
  EXPECT_THAT(create_message(100), AllOf(StartsWith(results()), HasSubstr("disk full"),
                                         HasSubstr("the results need 101."), HasSubstr("the disk has 67.1 MB left")));
  EXPECT_TRUE(std::filesystem::is_empty(disk()));
}

// Somebody else fills the disk at the worst moment: after it was looked at, before it is written.
TEST_F(SmallDiskTest, all_ranks_stop_cleanly_when_the_disk_fills_meanwhile) {
  std::thread other_program;
  if (rank_ == 0)
    other_program = std::thread([this] {
      while (!std::filesystem::exists(results() + ".partial")) std::this_thread::yield();
      const int file = ::open((disk() + "/other").c_str(), O_WRONLY | O_CREAT, 0666);
      constexpr off_t megabyte = 1 << 20;  // one after the other, because the job is taking them at the same time
      for (off_t taken = 0; taken < 20 * megabyte; taken += megabyte)
        if (posix_fallocate(file, taken, megabyte) != 0) break;
      ::close(file);
    });
  const std::string text = create_message(60);
  if (rank_ == 0) other_program.join();
  EXPECT_THAT(text, AllOf(StartsWith(results()), HasSubstr("cannot be written (the results need 61."),
                          HasSubstr("left; HDF5: ")));
  EXPECT_FALSE(std::filesystem::exists(results()));
  EXPECT_FALSE(std::filesystem::exists(results() + ".partial"));

  barrier();
  if (rank_ == 0) std::filesystem::remove(disk() + "/other");
  barrier();
  ResultsFile::create(results(), schema_of(60), MPI_COMM_WORLD).close();
  EXPECT_NO_THROW(check_results_file(results()));
}

TEST_F(ResultsFileTest, what_fails_in_preparing_leaves_nothing) {
  const auto fail = [](ResultsFile&) { throw UserError("changed my mind"); };
  EXPECT_EQ(message([&] { ResultsFile::create(path(), sample_schema(), MPI_COMM_WORLD, fail); }), "changed my mind");
  barrier();
  EXPECT_EQ(files_in_directory(), 0u);
}

}  // namespace
}  // namespace cohort
