#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/study/option_info.hpp>

#include <string>
#include <vector>

namespace cohort::app {

/// Whether the list of rules also tells their axes, cost and architectures.
enum class Detail { brief, full };

/// A paragraph for each entry, for reading in a terminal.
std::string list_text(const std::vector<Description>& entries, Detail detail);

/// A table for documents, a row for each entry.
std::string list_markdown(const std::vector<Description>& entries);

/// The same for options of a study file; in full with whose keys they are part of, and what others call them.
std::string list_text(const std::vector<OptionInfo>& options, Detail detail);
std::string list_markdown(const std::vector<OptionInfo>& options);

}  // namespace cohort::app
