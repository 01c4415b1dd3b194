#include "located.hpp"
#include "study_section.hpp"
#include "variant_levels.hpp"

#include <cohort/learning/learning_rule.hpp>
#include <cohort/rules/learning_rules.hpp>

namespace cohort {
namespace {

/// Throws UserError unless the rule can be had beside another, and its curves have a name of their own.
void check_watcher(const FactorLevel& level, const AlignmentPlan& others) {
  located(level.where, [&] {
    if (!learning_rules<float>().make(level.variant)->traits().is_passive)
      throw UserError(fmt::format("rule '{}' cannot watch", level.text),
                      "it runs the network itself, or updates within trials",
                      "List rules that need the forward pass of an update and no more.");
    return 0;
  });
  const std::string curve = AlignmentPlan::cosine_curve(level.text);
  for (const std::string& other : others.names)
    if (AlignmentPlan::cosine_curve(other) == curve)
      throw UserError(fmt::format("the curves of '{}' and '{}' would have one name", level.text, other), curve,
                      "Choose another name in [rules].", level.where);
}

void read_rules(TomlSection& section, Study& study) {
  AlignmentPlan& plan = study.training.alignment;
  for (const FactorLevel& level :
       variant_levels(section, "rules", learning_rules<float>().catalogue(), study.named_rules)) {
    check_watcher(level, plan);
    plan.rules.push_back(to_text(level.variant));
    plan.names.push_back(level.text);
  }
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("alignment");
  if (!section.exists()) return;
  alignment_section().options.read(section, study);
  alignment_section().options.refuse_the_rest(section);
  if (study.training.alignment.rules.empty())
    throw UserError("[alignment] names no rules", "they are compared with bptt", "Write rules = [\"eprop\"].",
                    section.where());
}

}  // namespace

const StudySection& alignment_section() {
  const auto plan = [](auto& study) -> auto& { return study.training.alignment; };
  static const StudySection section{
      {"alignment",
       {option("rules", "list of variants, see `cohort list rules`",
               "rules that watch the training: cosine and norm ratio of their gradients with bptt's, from the same "
               "forward pass, in /curves/alignment",
               read_rules, [plan](const Study& study) { return fmt::format("{}", fmt::join(plan(study).rules, " ")); })
            .in_key(KeyLine::penalties, "alignment")
            .by_default("[]"),
        option(
            "every", range_text("integer", 0, kMany), "they watch every so many updates; 0: only where `at` says",
            [plan](TomlSection& keys, Study& study) {
              const bool is_listed = !keys.integers("at", 0, study.training.updates).empty();
              plan(study).every = keys.integer("every", is_listed ? 0 : 1, 0, kMany);
            },
            [plan](const Study& study) { return fmt::format("{}", plan(study).every); })
            .in_key(KeyLine::penalties)
            .by_default("1; 0 with at"),
        option(
            "at", "list of integers of at least 0", "and after these numbers of updates",
            [plan](TomlSection& keys, Study& study) {
              plan(study).at = keys.integers("at", 0, study.training.updates);
            },
            [plan](const Study& study) { return fmt::format("{}", fmt::join(plan(study).at, " ")); })
            .in_key(KeyLine::penalties)
            .by_default("[]")}},
      read};
  return section;
}

}  // namespace cohort
