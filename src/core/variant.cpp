#include <cohort/core/errors.hpp>
#include <cohort/core/variant.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// How far the brackets before a character are open: commas count at depth 0 only.
int depth_after(char c, int depth) {
  if (c == '[' || c == '(') return depth + 1;
  if (c == ']' || c == ')') return depth - 1;
  return depth;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

/// Takes the text of a variant apart from left to right.
class Reader {
 public:
  Reader(std::string_view text, std::string_view kind) : text_(text), kind_(kind), rest_(trimmed(text)) {}

  Variant read() {
    Variant variant{part("/")};
    while (!rest_.empty()) {
      rest_.remove_prefix(1);  // the slash or a comma
      const std::string_view assignment = rest_;
      std::string parameter = part("=,");
      if (rest_.empty() || rest_.front() != '=') refuse_assignment(assignment, variant.name);
      rest_.remove_prefix(1);
      variant.parameters.emplace_back(std::move(parameter), value());
    }
    return variant;
  }

 private:
  /// A quoted text, or everything up to one of `ends`.
  std::string part(std::string_view ends) {
    skip_blanks();
    if (rest_.starts_with('"')) return quoted_part(ends);
    return plain_part(rest_.find_first_of(ends));
  }

  std::string value() {
    skip_blanks();
    if (rest_.starts_with('"')) return quoted_part(",");
    std::size_t end = 0;
    for (int depth = 0; end < rest_.size() && (rest_[end] != ',' || depth != 0); ++end)
      depth = depth_after(rest_[end], depth);
    return plain_part(end);
  }

  std::string plain_part(std::size_t size) {
    const std::string_view result = rest_.substr(0, size);
    rest_.remove_prefix(result.size());
    return std::string(trimmed(result));
  }

  std::string quoted_part(std::string_view ends) {
    std::string result;
    std::size_t at = 1;
    for (; at < rest_.size() && rest_[at] != '"'; ++at) {
      if (rest_[at] == '\\' && at + 1 < rest_.size()) ++at;
      result += rest_[at];
    }
    if (at >= rest_.size())
      throw UserError(fmt::format("a quote in {} '{}' does not end", kind_, text_), "",
                      "Write \\\" for a quote inside quotes.");
    rest_.remove_prefix(at + 1);
    skip_blanks();
    if (!rest_.empty() && ends.find(rest_.front()) == std::string_view::npos)
      throw UserError(fmt::format("'{}' follows a quoted text in {} '{}'", rest_, kind_, text_), "",
                      "Quote all of it or nothing.");
    return result;
  }

  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size())); }

  [[noreturn]] void refuse_assignment(std::string_view assignment, const std::string& name) const {
    const auto written = trimmed(assignment.substr(0, assignment.find(',')));
    throw UserError(fmt::format("'{}' in {} '{}' is no parameter=value", written, kind_, text_), "",
                    fmt::format("Write {}/parameter=value,parameter=value.", name));
  }

  std::string_view text_, kind_, rest_;
};

/// A name or a parameter's name, quoted when it holds one of `special`.
std::string name_text(const std::string& name, std::string_view special) {
  const bool is_plain = trimmed(name) == name && !name.starts_with('"') && name.find_first_of(special) == name.npos;
  return is_plain ? name : quoted(name);
}

}  // namespace

std::string value_text(const std::string& value) {
  int depth = 0;
  bool is_plain = trimmed(value) == value && !value.starts_with('"');
  for (const char c : value) {
    is_plain = is_plain && (c != ',' || depth != 0);
    depth = depth_after(c, depth);
  }
  return is_plain && depth == 0 ? value : quoted(value);
}

Variant Variant::parse(std::string_view text, std::string_view kind) { return Reader(text, kind).read(); }

std::string Variant::text() const {
  std::string result = name_text(name, "/");
  for (const auto& [parameter, value] : parameters)
    result += (&value == &parameters.front().second ? "/" : ",") + name_text(parameter, "=,") + "=" + value_text(value);
  return result;
}

}  // namespace cohort
