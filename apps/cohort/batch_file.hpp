#pragma once

#include <string>
#include <vector>

namespace cohort::app {

/// The batch file of a study's job, jobs/study.sbatch, to be filled in.
class BatchFile {
 public:
  /// As it is in jobs/.
  BatchFile();

  /// Gives an option of sbatch, "--nodes", its value.
  void set_option(const std::string& option, const std::string& value);
  /// Adds a whole line that begins with #SBATCH, behind the others.
  void add_option_line(const std::string& line);
  /// Gives a variable of the file its text, whatever characters that has.
  void set_variable(const std::string& name, const std::string& text);
  /// All arguments of the file are then options of `cohort run`, behind these.
  void take_options_only(const std::vector<std::string>& before);

  const std::string& text() const { return text_; }

 private:
  void replace_line(const std::string& begin, const std::string& line);

  std::string text_;
};

}  // namespace cohort::app
