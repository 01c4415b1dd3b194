#pragma once

#include <cohort/report/text_table.hpp>

#include <string>
#include <vector>

namespace cohort {

/// A page (HTML) that needs no other file: `facts` about a task, the picture of some trials, and a table of these
/// trials, whose first row are the headings.
std::string trial_page(const std::string& title, const std::vector<TextRow>& facts, const std::string& svg,
                       const std::vector<TextRow>& trials);

}  // namespace cohort
