#pragma once

#include <functional>
#include <map>
#include <string>

namespace cohort {

/// What was asked about users' files, and answered.
struct FileAnswer {
  bool is_error = false;  ///< a UserError, with `bytes` as its text
  std::string bytes{};    ///< packed by whoever asked
};
using FileAnswers = std::map<std::string, FileAnswer>;  ///< by question

/// Asks `question` about the files a user brought; `look` finds the answer on the disk and may throw a UserError.
///
/// Everything that a study is made from is read through here, so that one process can look and others be told, see
/// FileAnswersScope. Outside any scope this is `look()`.
std::string ask_files(const std::string& question, const std::function<std::string()>& look);

/// Is there anything at `path`?
bool path_exists(const std::string& path);

/// All bytes of a file. Throws UserError when it is a folder (where `needed`, "a study file", is needed) or cannot be
/// read.
std::string read_user_file(const std::string& path, const std::string& needed);

/// While it lives, this thread's questions about users' files are noted in `answers`, or answered from there without a
/// look at the disk. A question that was answered before gets the same answer again.
class FileAnswersScope {
 public:
  enum class Mode {
    note,  ///< look, and keep what was found
    tell   ///< never look: InternalError for a question without an answer
  };

  FileAnswersScope(FileAnswers& answers, Mode mode);
  ~FileAnswersScope();
  FileAnswersScope(const FileAnswersScope&) = delete;
  FileAnswersScope& operator=(const FileAnswersScope&) = delete;

  std::string ask(const std::string& question, const std::function<std::string()>& look);

 private:
  FileAnswers& answers_;
  Mode mode_;
  FileAnswersScope* outer_;
};

}  // namespace cohort
