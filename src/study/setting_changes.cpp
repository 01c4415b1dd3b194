#include <cohort/study/setting_changes.hpp>

#include "parsed_toml.hpp"
#include "study_section.hpp"
#include "task_variant.hpp"
#include "written_task.hpp"

#include <cohort/tasks/tasks.hpp>

#include <algorithm>

namespace cohort {
namespace {

struct Setting {
  std::string name, value;
  SourceLocation where;
  std::string in_keys{};  ///< what keys say of it; empty: its value
};
using Settings = std::vector<Setting>;

void add_task(TomlSection section, Settings& settings) {
  const Catalogue& catalogue = tasks().catalogue();
  const WrittenTask task = written_task(section);
  const Description& description = catalogue.find(task.variant.name);
  settings.push_back({"[task] name", description.name, section.where("name")});
  for (const auto& [parameter, value] : values_of(description, catalogue.parse(task.variant)))
    settings.push_back({"[task] " + parameter, value, section.where(parameter)});
}

/// Whatever [shifted] says, as written: it may name any parameter of the task.
void add_shifted(TomlSection section, Settings& settings) {
  for (const std::string& key : section.keys())
    settings.push_back({"[shifted] " + key, plain_text(section.value(key)), section.where(key)});
}

/// The options of one section that are part of all keys.
void add_options(const OptionTable& table, TomlSection section, Study& scratch, Settings& settings) {
  table.read(section, scratch);
  for (const Option& option : table.options()) {
    if (!option.read || option.line == KeyLine::none || !option.text) continue;
    const std::string name = option.info.name;
    settings.push_back({fmt::format("[{}] {}", table.section(), name), option.text(scratch), section.where(name),
                        text_in_keys(option, scratch)});
  }
}

/// Every setting that decides the results of all runs. Throws UserError when the text is not understood.
Settings settings_of(const std::string& text, const std::string& path, const std::string& task) {
  const toml::table root = parsed_toml(text, path);
  TomlSection file(&root, "", path);
  Study scratch;
  scratch.task = task;  // whose epochs [training] may count
  Settings settings;
  add_task(file.section("task"), settings);
  rules_section().read(file, scratch);  // names that [alignment] may use
  add_options(head_section().options, file.section("study"), scratch, settings);
  add_options(training_section().options, file.section("training"), scratch, settings);
  if (file.has("alignment")) add_options(alignment_section().options, file.section("alignment"), scratch, settings);
  add_shifted(file.section("shifted"), settings);
  return settings;
}

const Setting* find(const Settings& settings, const std::string& name) {
  const auto found = std::find_if(settings.begin(), settings.end(), [&](const Setting& s) { return s.name == name; });
  return found == settings.end() ? nullptr : &*found;
}

/// Neither what the user wrote nor what keys say of it.
bool differ(const Setting& a, const Setting& b) {
  return a.value != b.value && (a.in_keys.empty() || a.in_keys != b.in_keys);
}

}  // namespace

std::vector<SettingChange> setting_changes(const std::string& earlier_text, const Study& study) {
  std::vector<SettingChange> changes;
  const std::string none = "none";
  try {
    const Settings before = settings_of(earlier_text, study.path, study.task),
                   now = settings_of(study.text, study.path, study.task);
    for (const Setting& setting : now) {
      const Setting* old = find(before, setting.name);
      if (!old || differ(*old, setting))
        changes.push_back({setting.name, old ? old->value : none, setting.value, setting.where});
    }
    for (const Setting& old : before)
      if (!find(now, old.name)) changes.push_back({old.name, old.value, none, {study.path}});
  } catch (const UserError&) {  // written for another version of the program
    return {};
  }
  return changes;
}

}  // namespace cohort
