#include "study_section.hpp"

#include <cohort/core/nearest_name.hpp>
#include <cohort/study/effect_responses.hpp>

#include <algorithm>

namespace cohort {
namespace {

void read_responses(TomlSection& section, Study& study) {
  if (!section.has("responses")) return;
  const std::vector<std::string> known = effect_response_names();
  std::vector<std::string>& chosen = study.effects.responses;
  chosen.clear();
  for (const std::string& name : section.texts("responses")) {
    const SourceLocation where = section.where("responses", chosen.size());
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw UserError(fmt::format("unknown response '{}'", name),
                      fmt::format("known: {}", fmt::join(nearest_first(name, known), ", ")), did_you_mean(name, known),
                      where);
    if (std::find(chosen.begin(), chosen.end(), name) != chosen.end())
      throw UserError(fmt::format("response '{}' stands twice in [effects]", name), "once is enough", "Remove one.",
                      where);
    chosen.push_back(name);
  }
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("effects");
  const bool is_asked_for = section.has("distances");
  effects_section().options.read(section, study);
  effects_section().options.refuse_the_rest(section);
  const PairChoice& pairs = study.similarity.pairs;
  if (pairs.is_all() || !study.effects.distances) return;
  if (is_asked_for)
    throw UserError("effects of factors on distances need all pairs of networks",
                    fmt::format("[similarity] pairs = {}", to_text(pairs)),
                    "Leave [effects] distances out, or compare all pairs.", section.where("distances"));
  study.effects.distances = false;
}

}  // namespace

const StudySection& effects_section() {
  const OptionsOf of([](auto& study) -> auto& { return study.effects; });
  static const StudySection section{
      {"effects",
       {of.flag("distances", &EffectSettings::distances,
                "what share of the squared distances between networks each factor explains, by every measure"),
        option("responses", fmt::format("list of {}", fmt::join(effect_response_names(), ", ")),
               "the same of the variance of these numbers of each network", read_responses,
               [](const Study& study) { return fmt::format("{}", fmt::join(study.effects.responses, ", ")); })
            .by_default("all but dimension_90"),
        of.integer("permutations", &EffectSettings::permutations, 99, 10'000'000,
                   "random relabellings of a test, where there are too many to do all")}},
      read};
  return section;
}

}  // namespace cohort
