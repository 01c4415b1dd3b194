#include "task_variant.hpp"

#include "resolved_path.hpp"

namespace cohort {

TaskValues values_of(const Description& task, const Parameters& parameters) {
  TaskValues values;
  for (const ParameterInfo& info : task.parameters) values[info.name] = parameters.text(info.name);
  return values;
}

void resolve_path(const Study& study, const Description& task, const std::string& parameter, std::string& value) {
  for (const ParameterInfo& info : task.parameters)
    if (info.name == parameter && info.kind == ParameterKind::path && !value.empty())
      value = resolved_path(study.path, value);
}

std::string task_variant(const Description& task, const TaskValues& values) {
  Variant variant{task.name, {}};
  for (const ParameterInfo& info : task.parameters) {
    const std::string& value = values.at(info.name);
    if (value.empty()) continue;
    const bool is_free = info.kind == ParameterKind::path || info.kind == ParameterKind::text;
    variant.set(info.name, is_free ? VariantValue(value) : parse_value(value));
  }
  return to_text(variant);
}

}  // namespace cohort
