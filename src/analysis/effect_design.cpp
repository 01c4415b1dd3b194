#include <cohort/analysis/effect_design.hpp>

#include <cohort/analysis/run_scalars.hpp>
#include <cohort/core/dataset_name.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/similarity/parameter_factors.hpp>
#include <cohort/study/layer_choice.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace cohort {
namespace {

const Catalogue& catalogue_of(const std::string& factor) {
  if (factor == factor_name(Factor::rule)) return learning_rules<float>().catalogue();
  if (factor == factor_name(Factor::architecture)) return architectures<float>().catalogue();
  if (factor == factor_name(Factor::initialization)) return initializations().catalogue();
  return optimizers<float>().catalogue();
}

/// Names of the codes of a factor.
std::vector<std::string> level_names(ResultsFile& file, const std::string& codes) {
  if (file.has(codes + "_names")) return file.read_text(codes + "_names");
  std::istringstream words(file.attribute(codes, "flag_meanings"));
  return {std::istream_iterator<std::string>(words), {}};
}

FactorLabels factor_of_file(ResultsFile& file, const std::string& name) {
  const std::string path = "/design/" + name;
  FactorLabels factor{name, level_names(file, path), {}};
  for (const std::int32_t code : file.read<std::int32_t>(path)) {
    if (code < 0 || static_cast<std::size_t>(code) >= factor.levels.size())
      throw UserError(fmt::format("{} has a code without a name", path), "the file is damaged", "", {file.path()});
    factor.level_of.push_back(code);
  }
  return factor;
}

/// Matrices of distances [level, run, run], which say by what measure.
bool is_between_runs(ResultsFile& file, const std::string& path, std::size_t n_runs) {
  const Extent extent = file.extent(path);
  return extent.size() == 3 && extent[1] == n_runs && extent[2] == n_runs && file.has(path + "_made_from") &&
         !file.attribute(path, "measure").empty() && !path.ends_with("_low") && !path.ends_with("_high");
}

/// Datasets are listed by name; measures stand in the order of the study, which the subjects of effects have.
void order_as_subjects(ResultsFile& file, std::vector<std::string>& measures) {
  if (!file.has("/similarity/effects/effect_subject")) return;
  const std::vector<std::string> subjects = file.read_text("/similarity/effects/effect_subject");
  const auto place = [&](const std::string& measure) {
    const std::string name = dataset_name(measure);
    return std::find_if(subjects.begin(), subjects.end(),
                        [&](const std::string& s) { return s == name || s.starts_with(name + " to "); });
  };
  std::stable_sort(measures.begin(), measures.end(),
                   [&](const std::string& a, const std::string& b) { return place(a) < place(b); });
}

/// How often each name would be given to a factor of the parameters' view.
std::map<std::string, int> uses_of_names(const EffectDesign& design,
                                         const std::vector<std::vector<FactorLabels>>& grids) {
  std::map<std::string, int> uses;
  for (std::size_t i = 0; i < grids.size(); ++i) {
    ++uses[design.factors[i].name];
    for (const FactorLabels& parameter : grids[i]) ++uses[parameter.name];
  }
  return uses;
}

}  // namespace

bool EffectDesign::has_effects() const {
  return std::any_of(factors.begin(), factors.end(), [](const FactorLabels& f) { return f.levels.size() > 1; });
}

EffectDesign effect_design(const Study& study, const Design& design) {
  EffectDesign result;
  result.n_runs = design.size();
  result.levels = study.snapshots.labels();
  for (int factor = 0; factor < n_factors; ++factor) {
    const auto which = static_cast<Factor>(factor);
    FactorLabels& labels = which == Factor::seed ? result.seed : result.factors.emplace_back();
    labels.name = factor_name(which);
    for (std::size_t level = 0; level < n_levels(study, which); ++level)
      labels.levels.push_back(level_text(study, which, level));
    labels.level_of.reserve(result.n_runs);
  }
  for (std::size_t run = 0; run < result.n_runs; ++run) {
    const auto levels = design.levels(run);
    for (std::size_t factor = 0; factor < result.factors.size(); ++factor)
      result.factors[factor].level_of.push_back(levels[factor]);
    result.seed.level_of.push_back(levels[static_cast<std::size_t>(Factor::seed)]);
  }
  result.measures = compared_measures(study.similarity);
  result.distance_type = study.similarity.float32 ? ValueType::f32 : ValueType::f64;
  result.tolerance = study.similarity.tolerance;
  result.recordings = study.similarity.recording_names;
  for (const RunScalar& scalar : run_scalars())
    if (scalar.is_asked(study)) result.scalars.push_back(scalar.response);
  result.settings = study.effects;
  return result;
}

EffectDesign effect_design(ResultsFile& file, const EffectSettings& settings) {
  EffectDesign result;
  result.settings = settings;
  for (int factor = 0; factor < n_factors; ++factor) {
    const auto which = static_cast<Factor>(factor);
    (which == Factor::seed ? result.seed : result.factors.emplace_back()) = factor_of_file(file, factor_name(which));
  }
  result.n_runs = result.seed.level_of.size();
  result.levels = file.read_text("/snapshots/level");
  for (const std::string& path : file.datasets("/similarity")) {
    if (!is_between_runs(file, path, result.n_runs)) continue;
    result.measures.push_back(file.attribute(path, "measure"));
    result.distance_type = file.value_type(path);
    if (const std::string tolerance = file.attribute(path, "tolerance"); !tolerance.empty())
      result.tolerance = std::stod(tolerance);
  }
  order_as_subjects(file, result.measures);
  if (file.has("/similarity/recording")) result.recordings = file.read_text("/similarity/recording");
  for (const RunScalar& scalar : run_scalars())
    if (file.has(scalar.dataset)) result.scalars.push_back(scalar.response);
  return result;
}

std::vector<EffectFactors> effect_factors(const EffectDesign& design) {
  EffectFactors factors{"factors", {{}, design.seed}}, parameters{"parameters", {{}, design.seed}};
  std::vector<std::vector<FactorLabels>> grids;
  for (const FactorLabels& factor : design.factors)
    grids.push_back(parameter_factors(factor.levels, catalogue_of(factor.name)));
  std::map<std::string, int> uses = uses_of_names(design, grids);
  bool has_grid = false;
  for (std::size_t i = 0; i < grids.size(); ++i) {
    const FactorLabels& factor = design.factors[i];
    if (factor.levels.size() < 2) continue;
    factors.labels.factors.push_back(factor);
    has_grid = has_grid || grids[i].size() > 1;
    if (grids[i].empty()) parameters.labels.factors.push_back(factor);
    for (const FactorLabels& parameter : grids[i]) {
      const std::string name = uses[parameter.name] > 1 ? factor.name + " " + parameter.name : parameter.name;
      FactorLabels& own = parameters.labels.factors.emplace_back(FactorLabels{name, parameter.levels, {}});
      for (const int level : factor.level_of)
        own.level_of.push_back(parameter.level_of[static_cast<std::size_t>(level)]);
    }
  }
  std::vector<EffectFactors> result;
  if (!factors.labels.factors.empty()) result.push_back(std::move(factors));
  if (has_grid) result.push_back(std::move(parameters));
  return result;
}

}  // namespace cohort
