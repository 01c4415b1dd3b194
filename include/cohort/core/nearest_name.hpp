#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cohort {

/// Number of single-character edits (insert, delete, replace, swap of neighbours) between two words
/// (optimal string alignment distance). Case is ignored.
int edit_distance(std::string_view a, std::string_view b);

/// `known` ordered by closeness to `word`, ties by name: what an error lists.
std::vector<std::string> nearest_first(std::string_view word, std::vector<std::string> known);

/// "Did you mean 'x'?" when a known name is close enough to be a typo or has `word` as a part, else an empty text.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace cohort
