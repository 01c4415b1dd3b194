#include "effects_json.hpp"

#include <nlohmann/json.hpp>

namespace cohort::app {
namespace {

using nlohmann::json;

json json_of(const SeedShare& share) {
  json one{{"estimate", share.estimate},
           {"without_seed", share.without_seed},
           {"standard_error", share.standard_error},
           {"interval95", nullptr}};
  if (share.has_interval())
    one["interval95"] = {share.low, share.high};
  else
    one["reason"] = share.no_interval;
  return one;
}

json json_of(const SumOfSquares& sum, bool is_response) {
  json one{{"ss", sum.ss},
           {"ms", sum.ms},
           {"F", sum.f},
           {is_response ? "eta2" : "R2", sum.r2},
           {"omega2", sum.omega2},
           {"partial_eta2", sum.partial_eta2},
           {"partial_omega2", sum.partial_omega2}};
  if (is_response) one["p"] = sum.p_f;
  return one;
}

const char* name_of(EffectTest test) {
  switch (test) {
    case EffectTest::synchronized:
      return "synchronized";
    case EffectTest::studentized_within_cell:
      return "within cell, studentized (approximate)";
    case EffectTest::free:
      return "free (adonis2's null)";
    case EffectTest::none:
      break;
  }
  return "";
}

json json_of(const EffectTerm& term, bool is_response) {
  json one{{"term", term.name},
           {"df", term.df},
           {"type1", json_of(term.sequential, is_response)},
           {"type2", json_of(term.type2, is_response)},
           {"variance", term.variance},
           {"cross_seed", json_of(term.cross_seed)},
           {"t_by_seed", term.t_by_seed},
           {"p", term.p}};
  if (term.test == EffectTest::none) {
    one["reason"] = term.no_p;
    return one;
  }
  one["test"] = name_of(term.test);
  one["p_holm"] = term.p_holm;
  one["p_floor"] = term.p_floor;
  one["permutations"] = term.n_permutations;
  one["all_permutations"] = term.all_permutations;
  return one;
}

json json_of(const LevelContrast& contrast, const FactorialLabels& labels) {
  const FactorLabels& factor = labels.factors[contrast.factor];
  json one{{"factor", factor.name},
           {"a", factor.levels[contrast.a]},
           {"b", factor.levels[contrast.b]},
           {"difference", contrast.difference},
           {"standard_error", contrast.standard_error},
           {"t", contrast.t},
           {"seeds", contrast.n_seeds},
           {"p", contrast.p},
           {"p_holm", contrast.p_holm},
           {"interval95", nullptr}};
  if (contrast.no_interval.empty())
    one["interval95"] = {contrast.low, contrast.high};
  else
    one["reason"] = contrast.no_interval;
  return one;
}

json table_json(const EffectTable& table, const FactorialLabels& labels, bool is_response) {
  json one{{"runs", table.n_runs}, {"cells", table.n_cells}, {"seeds", table.n_seeds}, {"balanced", table.balanced}};
  if (labels.has_block()) one["block"] = {{"name", labels.block.name}, {"levels", labels.block.levels}};
  for (const FactorLabels& factor : labels.factors)
    one["factors"].push_back({{"name", factor.name}, {"levels", factor.levels}});
  if (!table.undefined.empty()) {
    one["reason"] = table.undefined;
    return one;
  }
  for (const EffectTerm& term : table.terms) one["terms"].push_back(json_of(term, is_response));
  one["residual"] = {{"df", table.residual_df}, {"ss", table.residual_ss}};
  if (!table.no_f.empty()) one["residual"]["reason"] = table.no_f;
  one["total"] = {{"ss", table.total_ss}, {"variance", table.total_variance}};
  one["same_seed"] = json_of(table.same_seed);
  one["all_cells"] = json_of(table.all_cells);
  one["differences"] = json::array();
  for (const EffectDifference& difference : table.differences) {
    json share = json_of(difference.share);
    share["a"] = table.terms[difference.a].name;
    share["b"] = table.terms[difference.b].name;
    one["differences"].push_back(std::move(share));
  }
  if (!is_response) one["negative_eigenvalues"] = table.negative_share;
  return one;
}

}  // namespace

nlohmann::json json_of(const EffectTable& table, const FactorialLabels& labels) {
  return table_json(table, labels, false);
}

nlohmann::json json_of(const ResponseTable& table, const FactorialLabels& labels) {
  json one = table_json(table.effects, labels, true);
  one["contrasts"] = json::array();
  for (const LevelContrast& contrast : table.contrasts) one["contrasts"].push_back(json_of(contrast, labels));
  return one;
}

}  // namespace cohort::app
