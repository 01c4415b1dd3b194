#include <cohort/similarity/parameter_factors.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/variant.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace cohort {
namespace {

/// A level with every parameter, numbers written in one way.
struct WrittenOut {
  std::string name;
  std::map<std::string, std::string> values{};
};

WrittenOut written_out(const std::string& level, const Catalogue& catalogue) {
  const Variant variant = parse_variant(catalogue.parse(level).canonical(), catalogue.kind());
  WrittenOut result{variant.name};
  for (const ParameterInfo& parameter : catalogue.find(variant.name).parameters)
    result.values[parameter.name] = parameter.fallback;  // later ones are not in canonical texts
  for (const auto& [parameter, value] : variant.parameters) result.values[parameter] = plain_text(value);
  return result;
}

/// Parameters that some levels of one name have in different ways, in the order of the catalogue.
std::vector<std::string> varying(const std::vector<WrittenOut>& levels, const Catalogue& catalogue) {
  std::vector<std::string> result;
  for (const WrittenOut& level : levels)
    for (const ParameterInfo& parameter : catalogue.find(level.name).parameters) {
      const bool varies = std::any_of(levels.begin(), levels.end(), [&](const WrittenOut& other) {
        return other.name == level.name && other.values.at(parameter.name) != level.values.at(parameter.name);
      });
      if (varies && std::find(result.begin(), result.end(), parameter.name) == result.end())
        result.push_back(parameter.name);
    }
  return result;
}

void add_level(FactorLabels& factor, const std::string& value) {
  const auto known = std::find(factor.levels.begin(), factor.levels.end(), value);
  factor.level_of.push_back(static_cast<int>(known - factor.levels.begin()));
  if (known == factor.levels.end()) factor.levels.push_back(value);
}

bool is_full_grid(const std::vector<FactorLabels>& factors, std::size_t n_levels) {
  std::size_t n_cells = 1;
  for (const FactorLabels& factor : factors) n_cells *= factor.levels.size();
  std::set<std::vector<int>> cells;
  for (std::size_t level = 0; level < n_levels; ++level) {
    std::vector<int> cell;
    for (const FactorLabels& factor : factors) cell.push_back(factor.level_of[level]);
    cells.insert(cell);
  }
  return n_cells == n_levels && cells.size() == n_levels;
}

}  // namespace

std::vector<FactorLabels> parameter_factors(const std::vector<std::string>& levels, const Catalogue& catalogue) {
  std::vector<WrittenOut> written;
  try {
    for (const std::string& level : levels) written.push_back(written_out(level, catalogue));
  } catch (const UserError&) {  // a name of the study's own
    return {};
  }
  std::vector<FactorLabels> factors;
  const bool has_kinds = std::any_of(written.begin(), written.end(),
                                     [&](const WrittenOut& level) { return level.name != written.front().name; });
  if (has_kinds) {
    factors.push_back({"kind", {}, {}});
    for (const WrittenOut& level : written) add_level(factors.back(), level.name);
  }
  for (const std::string& parameter : varying(written, catalogue)) {
    factors.push_back({parameter, {}, {}});
    for (const WrittenOut& level : written) {
      const auto value = level.values.find(parameter);
      if (value == level.values.end()) return {};  // another name does without it
      add_level(factors.back(), value->second);
    }
  }
  const bool is_kind_only = factors.size() == 1 && has_kinds;
  if (is_kind_only || factors.empty() || !is_full_grid(factors, levels.size())) return {};
  return factors;
}

}  // namespace cohort
