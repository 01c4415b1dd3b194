#include <cohort/core/csv_writer.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstring>

namespace cohort {
namespace {

std::string quoted(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == field.npos) return field;
  std::string result = "\"";
  for (const char c : field) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + "\"";
}

/// Infinities as R and pandas write them.
template <class Value>
std::string text_of(Value value) {
  if (std::isnan(value)) return "";
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  return fmt::format("{}", value);
}

}  // namespace

CsvWriter::CsvWriter(const std::string& path) : path_(path), file_(path, std::ios::binary) {
  if (!file_) throw UserError("cannot be written", std::strerror(errno), "", {path_});
}

void CsvWriter::row(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (!line.empty() || &field != &fields.front()) line += ',';
    line += quoted(field);
  }
  file_ << line << '\n';
}

void CsvWriter::close() {
  file_.close();
  if (!file_) throw UserError("cannot be written", std::strerror(errno), "", {path_});
}

std::string csv_number(double value) { return text_of(value); }
std::string csv_number(float value) { return text_of(value); }

}  // namespace cohort
