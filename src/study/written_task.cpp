#include "written_task.hpp"

#include "located.hpp"

#include <cohort/core/catalogue.hpp>
#include <cohort/tasks/tasks.hpp>

#include <algorithm>

namespace cohort {

WrittenTask written_task(TomlSection& section) {
  const Catalogue& catalogue = tasks().catalogue();
  const std::string name = section.text("name");
  WrittenTask task{{}, section.where("name")};
  task.variant = located(task.where, [&] { return parse_variant(name, catalogue.kind()); });
  const Description& description =
      located(task.where, [&]() -> const Description& { return catalogue.find(task.variant.name); });
  for (const std::string& key : section.keys()) {
    if (key == "name") continue;
    task.variant.set(key, section.value(key));
    located(section.where(key), [&] { return catalogue.parse(task.variant); });
    const auto info = std::find_if(description.parameters.begin(), description.parameters.end(),
                                   [&](const ParameterInfo& p) { return p.name == key; });
    if (info->kind == ParameterKind::path) task.where = section.where(key);
  }
  return task;
}

}  // namespace cohort
