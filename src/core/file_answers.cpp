#include <cohort/core/file_answers.hpp>

#include <cohort/core/errors.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace cohort {
namespace {

/// The innermost scope of this thread: reading a task or a recording happens many calls below whoever begins it.
thread_local FileAnswersScope* scope = nullptr;

std::string given(const FileAnswer& answer) {
  if (answer.is_error) throw UserError(answer.bytes);
  return answer.bytes;
}

std::string all_bytes(const std::string& path, const std::string& needed) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown))
    throw UserError("is a directory", needed + " is needed", "", {path});
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UserError("cannot be read", std::strerror(errno), "", {path});
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

FileAnswersScope::FileAnswersScope(FileAnswers& answers, Mode mode) : answers_(answers), mode_(mode), outer_(scope) {
  scope = this;
}

FileAnswersScope::~FileAnswersScope() { scope = outer_; }

std::string FileAnswersScope::ask(const std::string& question, const std::function<std::string()>& look) {
  if (const auto known = answers_.find(question); known != answers_.end()) return given(known->second);
  if (mode_ == Mode::tell) throw InternalError("internal error: nobody asked before: " + question);
  try {
    return answers_[question].bytes = look();
  } catch (const UserError& error) {
    answers_[question] = {true, error.what()};
    throw;
  } catch (...) {
    answers_.erase(question);
    throw;
  }
}

std::string ask_files(const std::string& question, const std::function<std::string()>& look) {
  return scope ? scope->ask(question, look) : look();
}

bool path_exists(const std::string& path) {
  const auto look = [&]() -> std::string {
    std::error_code unknown;
    return std::filesystem::exists(path, unknown) ? "yes" : "";
  };
  return !ask_files("exists " + path, look).empty();
}

std::string read_user_file(const std::string& path, const std::string& needed) {
  return ask_files("bytes " + path, [&] { return all_bytes(path, needed); });
}

}  // namespace cohort
