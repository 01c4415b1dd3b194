#pragma once

#include <string>
#include <vector>

namespace cohort {

/// The cells of a table's row.
using TextRow = std::vector<std::string>;

/// Rows of text (UTF-8) in aligned columns, the first row being the head, under which there is a line. No row has more
/// cells than the head.
std::string text_table(const std::vector<TextRow>& rows);

}  // namespace cohort
