#pragma once

#include <fstream>
#include <string>
#include <vector>

namespace cohort {

/// Writes comma-separated values (RFC 4180, lines end with LF), row by row: fields with commas, quotes or line ends
/// stand in quotes, a quote inside is doubled. The counterpart of read_csv.
class CsvWriter {
 public:
  /// Throws UserError when `path` cannot be written.
  explicit CsvWriter(const std::string& path);

  void row(const std::vector<std::string>& fields);
  /// Throws UserError when not all of it is on the disk. What is not closed may be incomplete.
  void close();

 private:
  std::string path_;
  std::ofstream file_;
};

/// A number as R, pandas and spreadsheets read it, every digit that tells it from its neighbours; NaN is empty.
std::string csv_number(double value);
std::string csv_number(float value);

}  // namespace cohort
