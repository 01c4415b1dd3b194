#include <cohort/core/csv_table.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace cohort {
namespace {

/// Takes a text apart, character by character.
class CsvParser {
 public:
  CsvParser(const std::string& text, const std::string& source) : text_(text), source_(source) {
    if (text_.rfind("\xEF\xBB\xBF", 0) == 0) at_ = 3;  // byte order mark
  }

  bool is_at_end() const { return at_ >= text_.size(); }
  int line() const { return line_; }

  /// The fields of the record that begins here; one empty field for a blank line.
  std::vector<std::string> record() {
    std::vector<std::string> fields{field()};
    while (!is_at_end() && text_[at_] == ',') {
      ++at_;
      fields.push_back(field());
    }
    skip_line_end();
    return fields;
  }

 private:
  [[noreturn]] void fail(const std::string& problem, int line) const {
    throw UserError(problem, "", "", {source_, line, 0});
  }

  void skip_blanks() {
    while (!is_at_end() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  bool is_at_line_end() const {
    return is_at_end() || text_[at_] == '\n' ||
           (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
  }

  void skip_line_end() {
    if (is_at_end()) return;
    at_ += text_[at_] == '\r' && at_ + 1 < text_.size() ? 2 : 1;
    ++line_;
  }

  std::string field() {
    skip_blanks();
    if (!is_at_end() && text_[at_] == '"') return quoted();
    const std::size_t first = at_;
    while (!is_at_line_end() && text_[at_] != ',') {
      if (text_[at_] == '"') fail("a quote within a field that does not begin with one", line_);
      ++at_;
    }
    std::string found = text_.substr(first, at_ - first);
    found.erase(found.find_last_not_of(" \t") + 1);
    return found;
  }

  std::string quoted() {
    const int first_line = line_;
    std::string found;
    for (++at_;; ++at_) {
      if (is_at_end()) fail("a quote is never closed", first_line);
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        found += text_[at_];
        continue;
      }
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
      found += text_[++at_];
    }
    ++at_;
    skip_blanks();
    if (!is_at_line_end() && text_[at_] != ',') fail("text after a closing quote", line_);
    return found;
  }

  const std::string& text_;
  const std::string& source_;
  std::size_t at_ = 0;
  int line_ = 1;
};

void check_names(const CsvTable& table, int line) {
  std::set<std::string> names;
  for (const std::string& name : table.columns) {
    if (name.empty())
      throw UserError("a column has no name", "", "The first line names the columns.", {table.source, line, 0});
    if (!names.insert(name).second)
      throw UserError(fmt::format("two columns are named '{}'", name), "", "", {table.source, line, 0});
  }
}

}  // namespace

std::size_t CsvTable::column(const std::string& name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end())
    throw UserError(fmt::format("no column is named '{}'", name),
                    fmt::format("there are: {}", fmt::join(nearest_first(name, columns), ", ")),
                    did_you_mean(name, columns), {source, 0, 0});
  return static_cast<std::size_t>(found - columns.begin());
}

CsvTable parse_csv(const std::string& text, const std::string& source) {
  CsvTable table{source, {}, {}, {}};
  CsvParser parser(text, source);
  while (!parser.is_at_end()) {
    const int line = parser.line();
    std::vector<std::string> fields = parser.record();
    if (fields.size() == 1 && fields.front().empty()) continue;
    if (table.columns.empty()) {
      table.columns = std::move(fields);
      check_names(table, line);
      continue;
    }
    if (fields.size() != table.columns.size())
      throw UserError(fmt::format("{} fields under {} columns", fields.size(), table.columns.size()), "",
                      "Fields with commas stand in quotes.", {source, line, 0});
    table.rows.push_back(std::move(fields));
    table.line_of.push_back(line);
  }
  if (table.columns.empty())
    throw UserError("the file is empty", "", "Its first line names the columns.", {source, 0, 0});
  return table;
}

CsvTable read_csv(const std::string& path) {
  const auto fail = [&](const char* why) { throw UserError("cannot be read", why, "", {path, 0, 0}); };
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(std::strerror(errno));
  if (std::filesystem::is_directory(path)) fail(std::strerror(EISDIR));
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) fail("reading it failed");
  return parse_csv(text, path);
}

}  // namespace cohort
