#pragma once

#include <string>
#include <vector>

namespace cohort::app {

/// The cells of a table's row.
using Row = std::vector<std::string>;

/// A page (HTML) that needs no other file: `facts` about a task, the picture of some trials, and a table of these
/// trials, whose first row are the headings.
std::string trial_page(const std::string& title, const std::vector<Row>& facts, const std::string& svg,
                       const std::vector<Row>& trials);

}  // namespace cohort::app
