#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// A table of texts with named columns, as spreadsheets and data frames write it.
struct CsvTable {
  std::string source{};                          ///< file it came from
  std::vector<std::string> columns{};            ///< names, each once
  std::vector<std::vector<std::string>> rows{};  ///< [row][column]
  std::vector<int> line_of{};                    ///< [row] line of `source` on which the row begins, from 1

  /// Index of the column called `name`. Throws UserError that lists the known ones, nearest first.
  std::size_t column(const std::string& name) const;
};

/// Reads comma-separated values with a header line (RFC 4180: fields with commas, quotes or line ends stand in quotes,
/// a quote inside is doubled; lines end with LF or CR LF). Blanks around unquoted fields, blank lines and a byte order
/// mark do not count. Throws UserError with file and line.
CsvTable read_csv(const std::string& path);

/// The same of a text; `source` is how messages call it.
CsvTable parse_csv(const std::string& text, const std::string& source);

}  // namespace cohort
