#include "batch_file.hpp"

#include "study_sbatch.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

namespace cohort::app {
namespace {

constexpr const char* kDirective = "#SBATCH ";

/// So that a shell reads it as it is.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

}  // namespace

BatchFile::BatchFile() : text_(kStudySbatch) {}

void BatchFile::replace_line(const std::string& begin, const std::string& line) {
  const auto at = text_.find("\n" + begin);
  expects(at != std::string::npos, ("a line in study.sbatch that begins with " + begin).c_str());
  text_.replace(at + 1, text_.find('\n', at + 1) - at - 1, line);
}

void BatchFile::set_option(const std::string& option, const std::string& value) {
  replace_line(fmt::format("{}{}=", kDirective, option), fmt::format("{}{}={}", kDirective, option, value));
}

void BatchFile::add_option_line(const std::string& line) {
  const auto last = text_.rfind(std::string("\n") + kDirective);
  text_.insert(text_.find('\n', last + 1) + 1, line + "\n");
}

void BatchFile::set_variable(const std::string& name, const std::string& text) {
  replace_line(name + "=", name + "=" + quoted(text));
}

void BatchFile::take_options_only(const std::vector<std::string>& before) {
  std::string list;
  for (const std::string& option : before) list += quoted(option) + " ";
  replace_line("options=", "options=(" + list + "\"$@\")");
}

}  // namespace cohort::app
