#include "located.hpp"
#include "study_section.hpp"
#include "variant_levels.hpp"

#include <cohort/learning/optimizers.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/rules/learning_rules.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace cohort {
namespace {

constexpr std::int64_t kMostSeeds = 1'000'000;

std::vector<FactorLevel>& levels_of(Study& study, Factor factor) {
  return study.levels[static_cast<std::size_t>(factor)];
}

/// Throws UserError for the first seed that stands twice.
void refuse_twice(const std::vector<std::int64_t>& seeds, const TomlSection& section) {
  std::vector<std::pair<std::int64_t, std::size_t>> places;
  for (const std::int64_t seed : seeds) places.emplace_back(seed, places.size());
  std::sort(places.begin(), places.end());
  for (std::size_t i = 1; i < places.size(); ++i)
    if (places[i].first == places[i - 1].first)
      throw UserError(fmt::format("seed {} stands twice in [factors]", places[i].first),
                      "every combination may appear once", "Remove one.", section.where("seed", places[i].second));
}

void read_seeds(TomlSection& section, Study& study) {
  if (section.is_list("seed")) {
    study.seeds = section.integers("seed", 0, std::numeric_limits<std::int64_t>::max());
    refuse_twice(study.seeds, section);
    return;
  }
  study.seeds.resize(static_cast<std::size_t>(section.integer("seed", 0, 1, kMostSeeds)));
  std::iota(study.seeds.begin(), study.seeds.end(), 0);
}

/// A factor whose levels are variants of a registry.
Option factor(Factor which, const std::string& kinds, const std::string& description, const Catalogue& (*catalogue)()) {
  return option(
             factor_name(which), fmt::format("list of variants, see `cohort list {}`", kinds), description,
             [which, catalogue](TomlSection& section, Study& study) {
               const auto own_names = which == Factor::rule ? study.named_rules : decltype(study.named_rules)();
               levels_of(study, which) = variant_levels(section, factor_name(which), catalogue(), own_names);
             },
             [which](const Study& study) { return texts_of(study.levels[static_cast<std::size_t>(which)]); })
      .in_key_of_level();
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("factors");
  if (!section.exists())
    throw UserError("the study has no [factors]", "their combinations are the runs", "", section.where());
  factors_section().options.read(section, study);
  // What does not depend on the task, whose numbers check_runs asks for: as many inputs as any architecture needs.
  for (const FactorLevel& level : levels_of(study, Factor::architecture))
    located(level.where, [&] { return architecture_shape(level.variant, 4096, 1); });
  for (const Factor needed : {Factor::rule, Factor::architecture, Factor::initialization, Factor::seed}) {
    if (n_levels(study, needed) == 0)
      throw UserError(fmt::format("[factors] lacks a {}", factor_name(needed)), "each factor needs at least one level",
                      "", section.where());
  }
  factors_section().options.refuse_the_rest(section);
}

}  // namespace

const StudySection& factors_section() {
  static const StudySection section{
      {"factors",
       {factor(Factor::rule, "rules", "how the networks learn; names of [rules] too",
               []() -> const Catalogue& { return learning_rules<float>().catalogue(); }),
        factor(Factor::architecture, "architectures", "the networks",
               []() -> const Catalogue& { return architectures<float>().catalogue(); }),
        factor(Factor::initialization, "initializations", "their weights at the start",
               []() -> const Catalogue& { return initializations().catalogue(); }),
        factor(Factor::optimizer, "optimizers", "a factor too, when it stands here and not in [training]",
               []() -> const Catalogue& { return optimizers<float>().catalogue(); })
            .by_default("that of [training]"),
        option("seed", fmt::format("integer in [1, {}], or list of integers of at least 0", kMostSeeds),
               "10 stands for the seeds 0, 1, ..., 9; a list names them", read_seeds,
               [](const Study& study) { return fmt::format("{}", fmt::join(study.seeds, " ")); })
            .in_key_of_level()
            .called({"seeds", "repeats", "n_seeds", "replicates"})}},
      read};
  return section;
}

}  // namespace cohort
