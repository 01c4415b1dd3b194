#include "variant_levels.hpp"

#include "located.hpp"
#include "variant_files.hpp"

#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace cohort {
namespace {

using Aliases = std::map<std::string, Variant>;

/// What a variant stands for. Throws UserError, which knows the user's own names too.
Variant resolved(const Variant& written, const Catalogue& catalogue, const Aliases& aliases) {
  const std::string& name = written.name;
  if (const auto own = aliases.find(name); own != aliases.end() && written.parameters.empty()) return own->second;
  std::vector<std::string> own_names;
  for (const auto& [own, variant] : aliases) own_names.push_back(own);
  const std::string meant = did_you_mean(name, own_names);
  const auto& known = catalogue.descriptions();
  const bool is_known = std::any_of(known.begin(), known.end(), [&](const Description& d) { return d.name == name; });
  if (!is_known && !meant.empty())
    throw UserError(fmt::format("unknown {} '{}'", catalogue.kind(), name),
                    fmt::format("named in this study: {}", fmt::join(own_names, ", ")), meant);
  return written;
}

/// What a variant means in each family that has its name. Throws UserError when it means nothing in any of them.
std::map<std::string, std::string> versioned_by_family(const Variant& variant, const Catalogue& catalogue) {
  std::map<std::string, std::string> result;
  for (const std::string& family : catalogue.families(variant.name)) {
    try {
      result[family] = catalogue.versioned(catalogue.parse(variant, family));
    } catch (const UserError&) {  // meant for another family; if not, the runs that need it here are refused
    }
  }
  if (result.empty()) catalogue.parse(variant);
  return result;
}

void refuse_second(const FactorLevel& level, const FactorLevel& other, const Catalogue& catalogue,
                   const TomlSection& section) {
  if (other.versioned != level.versioned) return;
  throw UserError(fmt::format("{} '{}' stands twice in [{}]", catalogue.kind(), level.text, section.name()),
                  other.text == level.text ? "once is enough" : fmt::format("'{}' means the same", other.text),
                  "Remove one.", level.where);
}

}  // namespace

std::vector<FactorLevel> variant_levels(TomlSection& section, const std::string& key, const Catalogue& catalogue,
                                        const Aliases& aliases) {
  std::vector<FactorLevel> levels;
  std::set<std::string> own_names;
  for (const auto& [name, variant] : aliases) own_names.insert(name);
  for (const Variant& written : section.variants(key, catalogue.kind(), own_names)) {
    const SourceLocation where = section.where(key, levels.size());
    const std::string text = aliases.contains(written.name) ? written.name : to_text(written);
    Variant variant = located(where, [&] { return resolved(written, catalogue, aliases); });
    std::vector<std::shared_ptr<const NpyArray>> files;
    const std::string data = located(where, [&] { return attach_files(variant, catalogue, where.file, files); });
    auto versioned_in = located(where, [&] { return versioned_by_family(variant, catalogue); });
    for (auto& in_family : versioned_in) in_family.second += data;
    const auto families = catalogue.families(variant.name);
    const std::string family = *std::find_if(families.begin(), families.end(),
                                             [&](const std::string& name) { return versioned_in.contains(name); });
    const FactorLevel level{text, variant, versioned_in.at(family), where, family, versioned_in, files};
    for (const FactorLevel& other : levels) refuse_second(level, other, catalogue, section);
    levels.push_back(level);
  }
  return levels;
}

FactorLevel default_level(const Catalogue& catalogue, const std::string& name, const SourceLocation& where) {
  return {name, {name, {}}, catalogue.versioned(catalogue.parse(name)), where};
}

std::string texts_of(const std::vector<FactorLevel>& levels) {
  std::string result;
  for (const FactorLevel& level : levels) result += (result.empty() ? "" : ", ") + level.text;
  return result;
}

}  // namespace cohort
