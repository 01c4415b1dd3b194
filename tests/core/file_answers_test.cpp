#include <cohort/core/ask_array.hpp>
#include <cohort/core/errors.hpp>

#include <support/errors.hpp>
#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

namespace cohort::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using Mode = FileAnswersScope::Mode;

class FileAnswersTest : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  FileAnswers answers_;
};

TEST_F(FileAnswersTest, what_one_process_found_another_is_told_without_the_files) {
  const std::string path = directory_.write("a.toml", "one"), missing = directory_.path("b.toml");
  {
    const FileAnswersScope scope(answers_, Mode::note);
    EXPECT_EQ(read_user_file(path, "a study file"), "one");
    EXPECT_TRUE(path_exists(path));
    EXPECT_FALSE(path_exists(missing));
  }
  directory_.write("a.toml", "two");
  directory_.write("b.toml", "there");
  {
    const FileAnswersScope scope(answers_, Mode::tell);
    EXPECT_EQ(read_user_file(path, "a study file"), "one");
    EXPECT_TRUE(path_exists(path));
    EXPECT_FALSE(path_exists(missing));
    EXPECT_THROW(read_user_file(missing, "a study file"), InternalError) << "nobody asked before";
  }
  EXPECT_EQ(read_user_file(path, "a study file"), "two") << "outside a scope the disk is asked";
}

TEST_F(FileAnswersTest, a_question_has_one_answer_while_a_study_is_read) {
  const std::string path = directory_.write("a", "one");
  const FileAnswersScope scope(answers_, Mode::note);
  EXPECT_EQ(read_user_file(path, "a file"), "one");
  directory_.write("a", "two");
  EXPECT_EQ(read_user_file(path, "a file"), "one");
}

TEST_F(FileAnswersTest, what_is_wrong_with_a_file_is_told_too) {
  const std::string missing = directory_.path("missing");
  const auto read = [&] { read_user_file(missing, "a file"); };
  std::string found;
  {
    const FileAnswersScope scope(answers_, Mode::note);
    found = user_error(read);
  }
  EXPECT_THAT(found, EndsWith("missing: cannot be read (No such file or directory)"));
  directory_.write("missing", "there now");
  const FileAnswersScope scope(answers_, Mode::tell);
  EXPECT_EQ(user_error(read), found);
}

TEST_F(FileAnswersTest, a_folder_is_no_file) {
  EXPECT_THAT(user_error([&] { read_user_file(directory_.path("."), "a study file"); }),
              HasSubstr("is a directory (a study file is needed)"));
}

TEST_F(FileAnswersTest, bugs_are_no_answers) {
  const FileAnswersScope scope(answers_, Mode::note);
  EXPECT_THROW(ask_files("?", []() -> std::string { throw InternalError("a bug"); }), InternalError);
  EXPECT_TRUE(answers_.empty());
}

TEST_F(FileAnswersTest, scopes_may_be_nested) {
  FileAnswers inner_answers;
  const FileAnswersScope outer(answers_, Mode::note);
  {
    const FileAnswersScope inner(inner_answers, Mode::note);
    path_exists("inner");
  }
  path_exists("outer");
  EXPECT_EQ(answers_.size(), 1u);
  EXPECT_EQ(inner_answers.size(), 1u);
}

TEST_F(FileAnswersTest, arrays_of_any_shape_come_through) {
  struct Array {
    std::vector<std::size_t> shape;
    std::vector<double> values;
  };
  for (const Array& array : {Array{{}, {0.5}}, Array{{0}, {}}, Array{{2, 3}, {1, -0.0, 3, 4, 5, 1e300}}}) {
    answers_.clear();
    for (const Mode mode : {Mode::note, Mode::tell}) {
      const FileAnswersScope scope(answers_, mode);
      const auto told = ask_array<Array>("array", [&] { return array; });
      EXPECT_EQ(told.shape, array.shape);
      EXPECT_EQ(told.values, array.values);
    }
  }
}

}  // namespace
}  // namespace cohort::test
