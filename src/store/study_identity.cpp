#include <cohort/store/study_identity.hpp>

#include "run_rows.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/study/design.hpp>
#include <cohort/study/setting_changes.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

namespace cohort {
namespace {

/// "[training] batch 64 -> 32, ...", shortened.
std::string changes_text(const std::vector<SettingChange>& changes) {
  constexpr std::size_t most = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, changes.size()); ++i)
    text += fmt::format("{}{}: {} -> {}", i > 0 ? ", " : "", changes[i].name,
                        changes[i].before.empty() ? "none" : changes[i].before,
                        changes[i].now.empty() ? "none" : changes[i].now);
  if (changes.size() > most) text += fmt::format(" and {} more", changes.size() - most);
  return text;
}

}  // namespace

bool has_former_keys(const ResultsFile& file) { return file.attribute("/", kStoredFirst).empty(); }

std::string stored_first(ResultsFile& file) {
  if (!has_former_keys(file)) return file.attribute("/", kStoredFirst);
  return stored_text(RunTable(file).levels(), file.has(kWeights));
}

void check_same_study(ResultsFile& file, const Study& study) {
  const std::string key = file.attribute("/", "study_key"), title = file.attribute("/", "title");
  const std::string wanted =
      has_former_keys(file) ? former_study_key(study, title, stored_first(file)) : study_key(study);
  if (key == wanted) return;
  const auto changes = setting_changes(file.attribute("/", "study"), study);
  const std::string why =
      changes.empty() ? "the data of its task or the version of one of its components differ" : changes_text(changes);
  throw UserError(fmt::format("{} holds the results of another study", file.path()), why,
                  "Change that back, or choose another name for the results.",
                  changes.empty() ? SourceLocation{study.path} : changes.front().where);
}

std::string behind_links(const std::string& path) {
  std::filesystem::path here = path;
  for (int depth = 0; depth < 40 && std::filesystem::is_symlink(here); ++depth)
    here = here.parent_path() / std::filesystem::read_symlink(here);
  return here.string();
}

}  // namespace cohort
