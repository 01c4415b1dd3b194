#include "list_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cohort::app {
namespace {

/// Whether these are rules: only they have axes.
bool have_axes(const std::vector<Description>& entries) {
  return std::any_of(entries.begin(), entries.end(), [](const Description& d) { return !d.axes.empty(); });
}

std::string cells_of(const Description& description) {
  return description.serves.is_every_architecture() ? "every cell"
                                                    : fmt::format("{}", fmt::join(description.serves.names(), ", "));
}

std::string parameter_text(const ParameterInfo& p) {
  return fmt::format("    {}={}  {}{}: {}\n", p.name, p.fallback, p.legal(),
                     p.unit.empty() || p.unit == "1" ? "" : " [" + p.unit + "]", p.description);
}

std::string entry_text(const Description& d, bool has_axes) {
  std::string text = fmt::format("{}\n    {}\n", d.name, d.summary);
  if (!d.equation.empty()) text += fmt::format("    {}\n", d.equation);
  if (has_axes)
    text += fmt::format("    axes: {}\n    cost per step: {}\n    cells: {}\n", d.axes, d.cost, cells_of(d));
  for (const ParameterInfo& p : d.parameters) text += parameter_text(p);
  return text + (d.reference.empty() ? "\n" : fmt::format("    {}\n\n", d.reference));
}

/// Text inside a table: a bar would end its column.
std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string entry_row(const Description& d, bool has_axes) {
  std::vector<std::string> parameters;
  for (const ParameterInfo& p : d.parameters) parameters.push_back(fmt::format("`{}={}`", p.name, p.fallback));
  std::string row = fmt::format("| `{}` | {} | {} |", d.name, escaped(d.summary), fmt::join(parameters, " "));
  if (has_axes) row += fmt::format(" {} | {} | {} |", escaped(d.axes), escaped(d.cost), cells_of(d));
  return row + fmt::format(" {} |\n", escaped(d.reference));
}

std::string key_text(PartOf part_of) {
  switch (part_of) {
    case PartOf::every_run:
      return "every run";
    case PartOf::runs_of_level:
      return "its runs";
    case PartOf::no_run:
      return "none";
  }
  return "";
}

std::string option_text(const OptionInfo& option, Detail detail) {
  std::string text = fmt::format("{}\n    {}\n    {}{}{}\n", option.full_name(), option.description, option.legal,
                                 option.unit.empty() ? "" : " [" + option.unit + "]",
                                 option.fallback.empty() ? "; must be given" : "; default " + option.fallback);
  if (detail == Detail::full) {
    text += fmt::format("    part of the key of: {}\n", key_text(option.part_of));
    if (!option.also_called.empty())
      text += fmt::format("    elsewhere called: {}\n", fmt::join(option.also_called, ", "));
    if (!option.example.empty()) text += fmt::format("    example: {}\n", option.example);
  }
  return text + "\n";
}

std::string option_row(const OptionInfo& option) {
  const std::string& fallback = option.fallback;
  return fmt::format("| `[{}]` `{}` | {} | {} | {}{} | {} |\n", option.section, option.name,
                     fallback.empty() ? "" : fmt::format("`{}`", fallback), escaped(option.description),
                     escaped(option.legal), option.unit.empty() ? "" : " [" + option.unit + "]",
                     key_text(option.part_of));
}

}  // namespace

std::string list_text(const std::vector<Description>& entries, Detail detail) {
  const bool has_axes = detail == Detail::full && have_axes(entries);
  std::string text;
  for (const Description& description : entries) text += entry_text(description, has_axes);
  return text;
}

std::string list_markdown(const std::vector<Description>& entries) {
  const bool has_axes = have_axes(entries);
  std::string text = fmt::format("| name | what it is | parameters | {}reference |\n|---|---|---|{}---|\n",
                                 has_axes ? "axes | cost per step | cells | " : "", has_axes ? "---|---|---|" : "");
  for (const Description& description : entries) text += entry_row(description, has_axes);
  return text;
}

std::string list_text(const std::vector<OptionInfo>& options, Detail detail) {
  std::string text;
  for (const OptionInfo& option : options) text += option_text(option, detail);
  return text;
}

std::string list_markdown(const std::vector<OptionInfo>& options) {
  std::string text = "| option | default | what it is | possible | part of the key of |\n|---|---|---|---|---|\n";
  for (const OptionInfo& option : options) text += option_row(option);
  return text;
}

}  // namespace cohort::app
