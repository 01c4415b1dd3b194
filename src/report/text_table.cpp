#include <cohort/report/text_table.hpp>

#include <algorithm>
#include <cstddef>

namespace cohort {
namespace {

constexpr std::size_t kGap = 2;  // characters between columns

/// Number of characters a terminal shows for UTF-8 text.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<std::size_t> column_widths(const std::vector<TextRow>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const TextRow& row : rows)
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], width_of(row[column]));
  return widths;
}

std::string line_of(const TextRow& row, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t column = 0; column < row.size(); ++column) {
    if (column > 0) line += std::string(kGap, ' ');
    line += row[column] + std::string(widths[column] - width_of(row[column]), ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string text_table(const std::vector<TextRow>& rows) {
  const auto widths = column_widths(rows);
  std::size_t total = kGap * (widths.size() - 1);
  for (const std::size_t width : widths) total += width;
  std::string text = line_of(rows.front(), widths) + std::string(total, '-') + "\n";
  for (std::size_t row = 1; row < rows.size(); ++row) text += line_of(rows[row], widths);
  return text;
}

}  // namespace cohort
