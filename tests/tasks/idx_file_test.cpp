#include <cohort/tasks/idx_file.hpp>

#include <support/errors.hpp>
#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <iterator>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace std::string_literals;

const std::string kFile = "\0\0\x08\x02\0\0\0\x02\0\0\0\x03"s + "\x01\x02\x03\x04\x05\xff"s;  // [2 x 3]

class IdxFiles : public testing::Test {
 protected:
  std::string write_compressed(const std::string& name, const std::string& content) const {
    const std::string path = directory_.path(name);
    gzFile file = gzopen(path.c_str(), "wb");
    EXPECT_EQ(gzwrite(file, content.data(), static_cast<unsigned>(content.size())), static_cast<int>(content.size()));
    EXPECT_EQ(gzclose(file), Z_OK);
    return path;
  }

  std::string message(const std::string& content, std::size_t n_dimensions = 2) const {
    const std::string path = directory_.write("file", content);
    const std::string text = user_error([&] { read_idx(path, n_dimensions); });
    EXPECT_THAT(text, AllOf(HasSubstr(path), Not(HasSubstr("\n"))));
    return text;
  }

  TemporaryDirectory directory_;
};

TEST_F(IdxFiles, are_read_with_or_without_compression) {
  for (const std::string& path : {directory_.write("plain", kFile), write_compressed("packed.gz", kFile)}) {
    const IdxFile file = read_idx(path, 2);
    EXPECT_EQ(file.shape, (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(file.values, (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 255}));
  }
}

TEST_F(IdxFiles, missing_files_are_named) {
  EXPECT_THAT(user_error([&] { read_idx(directory_.path("nothing"), 2); }),
              AllOf(HasSubstr(directory_.path("nothing")), HasSubstr("No such file")));
}

TEST_F(IdxFiles, other_files_are_refused) {
  EXPECT_THAT(message("\x89PNG\r\n\x1a\n"), HasSubstr("is no IDX file of unsigned bytes (it starts with 89 50 4e)"));
  EXPECT_THAT(message("\0\0\x0d\x02"s + kFile.substr(4)), HasSubstr("is no IDX file of unsigned bytes"));
  EXPECT_THAT(message(kFile, 3), HasSubstr("has 2 dimensions (3 are needed)"));
}

TEST_F(IdxFiles, truncated_files_are_refused_wherever_they_end) {
  for (std::size_t size = 0; size < kFile.size(); ++size)
    EXPECT_THAT(message(kFile.substr(0, size)), HasSubstr("is truncated")) << size;
}

TEST_F(IdxFiles, truncated_and_damaged_compressed_files_are_refused) {
  const std::string path = write_compressed("packed.gz", kFile);
  std::ifstream stream(path, std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(stream), {}};
  for (std::size_t size = 11; size < packed.size(); ++size)
    EXPECT_THAT(message(packed.substr(0, size)), HasSubstr("is truncated")) << size;
  std::string wrong = packed;
  wrong[wrong.size() - 6] = static_cast<char>(wrong[wrong.size() - 6] ^ 1);  // a bit of the checksum
  EXPECT_THAT(message(wrong), AllOf(HasSubstr("is damaged"), HasSubstr("incorrect data check")));
}

TEST_F(IdxFiles, files_longer_than_they_say_are_refused) {
  EXPECT_THAT(message(kFile + "x"), HasSubstr("is longer than its header says"));
}

TEST_F(IdxFiles, impossible_sizes_are_refused_before_memory_is_asked_for) {
  EXPECT_THAT(message("\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff"s), HasSubstr("has an impossible size"));
  EXPECT_THAT(message("\0\0\x08\x02\0\0\0\0\0\0\0\x03"s), HasSubstr("has an impossible size"));
}

}  // namespace
}  // namespace cohort::test
