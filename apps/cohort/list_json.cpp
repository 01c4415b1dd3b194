#include "list_json.hpp"

#include <nlohmann/json.hpp>

namespace cohort::app {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const ParameterInfo& parameter) {
  return {{"name", parameter.name},
          {"default", parameter.fallback},
          {"legal", parameter.legal()},
          {"unit", parameter.unit},
          {"description", parameter.description}};
}

Json json_of(const Description& entry) {
  Json json = {{"name", entry.name},           {"summary", entry.summary}, {"equation", entry.equation},
               {"reference", entry.reference}, {"version", entry.version}, {"parameters", Json::array()}};
  for (const ParameterInfo& parameter : entry.parameters) json["parameters"].push_back(json_of(parameter));
  if (!entry.family.empty()) json["family"] = entry.family;
  if (!entry.axes.empty()) json["axes"] = entry.axes;
  if (!entry.cost.empty()) json["cost"] = entry.cost;
  if (!entry.axes.empty() && !entry.serves.is_every_architecture()) json["serves"] = entry.serves.names();
  return json;
}

Json json_of(const OptionInfo& option) {
  return {{"name", option.full_name()},
          {"default", option.fallback},
          {"legal", option.legal},
          {"unit", option.unit},
          {"description", option.description}};
}

template <class Entries>
std::string array_of(const Entries& entries) {
  Json array = Json::array();
  for (const auto& entry : entries) array.push_back(json_of(entry));
  return array.dump(2) + "\n";
}

}  // namespace

std::string list_json(const std::vector<Description>& entries) { return array_of(entries); }
std::string list_json(const std::vector<OptionInfo>& options) { return array_of(options); }

}  // namespace cohort::app
