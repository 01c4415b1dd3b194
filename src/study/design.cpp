#include <cohort/study/design.hpp>

#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

/// The text whose hash is the run's key.
std::string semantic_text(const Study& study, const Run& run) {
  std::string text = "cohort run 1\n" + study.semantic_text();
  for (int factor = 0; factor < n_factors; ++factor)
    text += fmt::format("{} {}\n", factor_name(static_cast<Factor>(factor)),
                        level_of(study, run, static_cast<Factor>(factor)).versioned);
  return text;
}

bool is_excluded(const Study& study, const Run& run, const Exclusion& exclusion) {
  for (int factor = 0; factor < n_factors; ++factor) {
    const auto& patterns = exclusion.patterns[factor];
    const std::string& text = level_of(study, run, static_cast<Factor>(factor)).text;
    const auto fits = [&](const std::string& pattern) { return matches(pattern, text); };
    if (!patterns.empty() && std::none_of(patterns.begin(), patterns.end(), fits)) return false;
  }
  return true;
}

/// Counts through all combinations, the last factor fastest. False after the last one.
bool advance(const Study& study, Run& run) {
  for (int factor = n_factors - 1; factor >= 0; --factor) {
    const auto f = static_cast<std::size_t>(factor);
    if (++run.level[f] < static_cast<int>(study.levels[f].size())) return true;
    run.level[f] = 0;
  }
  return false;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    for (std::size_t skip = 0; skip <= text.size(); ++skip)
      if (matches(pattern.substr(1), text.substr(skip))) return true;
    return false;
  }
  return !text.empty() && pattern.front() == text.front() && matches(pattern.substr(1), text.substr(1));
}

const FactorLevel& level_of(const Study& study, const Run& run, Factor factor) {
  const auto f = static_cast<std::size_t>(factor);
  return study.levels[f][static_cast<std::size_t>(run.level[f])];
}

std::string run_name(const Study& study, const Run& run) {
  return fmt::format("{} | {} | {} | {} | seed {}", level_of(study, run, Factor::rule).text,
                     level_of(study, run, Factor::architecture).text,
                     level_of(study, run, Factor::initialization).text,
                     level_of(study, run, Factor::optimizer).text, level_of(study, run, Factor::seed).text);
}

Design expand(const Study& study) {
  Design design;
  std::vector<bool> used(study.exclusions.size(), false);
  Run run;
  do {
    bool excluded = false;
    for (std::size_t i = 0; i < study.exclusions.size(); ++i) {
      if (!is_excluded(study, run, study.exclusions[i])) continue;
      excluded = used[i] = true;
    }
    if (excluded) continue;
    design.runs.push_back(run);
    design.runs.back().key = hash128_hex(semantic_text(study, run));
  } while (advance(study, run));
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i])
      throw UserError(fmt::format("[[exclude]] number {} matches no combination", i + 1),
                      "patterns are compared with the levels as written; * stands for any text", "",
                      study.exclusions[i].where);
  if (design.runs.empty())
    throw UserError("the study has no runs", "[[exclude]] leaves nothing of the factorial", "", {study.path});
  return design;
}

std::string study_key(const Study& study) { return hash128_hex("cohort study 1\n" + study.name + "\n" + study.semantic_text()); }

}  // namespace cohort
