#include <cohort/study/design.hpp>

#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

static_assert(static_cast<int>(Factor::rule) == 0 && static_cast<int>(Factor::architecture) == 1);

/// Which levels of each factor an exclusion fits; no list for a factor it does not name.
using Fitting = std::array<std::vector<bool>, n_factors>;

Fitting fitting_levels(const Study& study, const Exclusion& exclusion) {
  Fitting fitting;
  for (std::size_t factor = 0; factor < n_factors; ++factor) {
    const auto& patterns = exclusion.patterns[factor];
    if (patterns.empty()) continue;
    for (const FactorLevel& level : study.levels[factor])
      fitting[factor].push_back(std::any_of(patterns.begin(), patterns.end(),
                                            [&](const std::string& pattern) { return matches(pattern, level.text); }));
  }
  return fitting;
}

bool is_excluded(const std::array<int, n_factors>& levels, const Fitting& fitting) {
  for (std::size_t factor = 0; factor < n_factors; ++factor)
    if (!fitting[factor].empty() && !fitting[factor][static_cast<std::size_t>(levels[factor])]) return false;
  return true;
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

const std::string& versioned_level(const Study& study, const Run& run, Factor factor) {
  const FactorLevel& level = level_of(study, run, factor);
  const auto found = level.versioned_in.find(level_of(study, run, Factor::architecture).family);
  return found == level.versioned_in.end() ? level.versioned : found->second;
}

std::string run_name(const Study& study, const Run& run) {
  return fmt::format("{} | {} | {} | {} | seed {}", level_of(study, run, Factor::rule).text,
                     level_of(study, run, Factor::architecture).text, level_of(study, run, Factor::initialization).text,
                     level_of(study, run, Factor::optimizer).text, level_of(study, run, Factor::seed).text);
}

Design::Design(const Study& study) : n_combinations_(1), shared_text_("cohort run 1\n" + study.semantic_text()) {
  for (std::size_t factor = 0; factor < n_factors; ++factor) {
    n_levels_[factor] = study.levels[factor].size();
    n_combinations_ *= n_levels_[factor];
    for (const FactorLevel& level : study.levels[factor])
      level_text_[factor].push_back(fmt::format("{} {}\n", factor_name(static_cast<Factor>(factor)), level.versioned));
  }
  Run run;
  for (std::size_t rule = 0; rule < n_levels_[0]; ++rule) {
    rule_text_.emplace_back();
    for (std::size_t architecture = 0; architecture < n_levels_[1]; ++architecture) {
      run.level[0] = static_cast<int>(rule);
      run.level[1] = static_cast<int>(architecture);
      rule_text_.back().push_back(
          fmt::format("{} {}\n", factor_name(Factor::rule), versioned_level(study, run, Factor::rule)));
    }
  }
  if (!study.exclusions.empty()) leave_out(study);
  if (size() == 0)
    throw UserError("the study has no runs", "[[exclude]] leaves nothing of the factorial", "", {study.path});
}

void Design::leave_out(const Study& study) {
  std::vector<Fitting> exclusions;
  for (const Exclusion& exclusion : study.exclusions) exclusions.push_back(fitting_levels(study, exclusion));
  std::vector<bool> used(exclusions.size(), false);
  kept_.emplace();
  for (std::size_t combination = 0; combination < n_combinations_; ++combination) {
    const auto levels = levels_of(combination);
    bool excluded = false;
    for (std::size_t i = 0; i < exclusions.size(); ++i) {
      if (!is_excluded(levels, exclusions[i])) continue;
      excluded = used[i] = true;
    }
    if (!excluded) kept_->push_back(combination);
  }
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i])
      throw UserError(fmt::format("[[exclude]] number {} matches no combination", i + 1),
                      "patterns are compared with the levels as written; * stands for any text", "",
                      study.exclusions[i].where);
}

std::array<int, n_factors> Design::levels_of(std::size_t combination) const {
  std::array<int, n_factors> levels{};
  for (std::size_t factor = n_factors; factor-- > 0; combination /= n_levels_[factor])
    levels[factor] = static_cast<int>(combination % n_levels_[factor]);
  return levels;
}

std::array<int, n_factors> Design::levels(std::size_t run) const { return levels_of(kept_ ? (*kept_)[run] : run); }

Run Design::operator[](std::size_t run) const {
  Run result{levels(run), ""};
  const auto level = [&](std::size_t factor) { return static_cast<std::size_t>(result.level[factor]); };
  std::string text = shared_text_ + rule_text_[level(0)][level(1)];
  for (std::size_t factor = 1; factor < n_factors; ++factor) text += level_text_[factor][level(factor)];
  result.key = hash128_hex(text);
  return result;
}

std::vector<std::size_t> Design::first_of_each(Factor a, Factor b) const {
  const auto f = static_cast<std::size_t>(a), g = static_cast<std::size_t>(b);
  std::vector<bool> seen(n_levels_[f] * n_levels_[g], false);
  std::vector<std::size_t> first;
  for (std::size_t run = 0; run < size(); ++run) {
    const auto level = levels(run);
    const std::size_t pair = static_cast<std::size_t>(level[f]) * n_levels_[g] + static_cast<std::size_t>(level[g]);
    if (seen[pair]) continue;
    seen[pair] = true;
    first.push_back(run);
  }
  return first;
}

std::string Design::fingerprint() const {
  std::string text = fmt::format("{} runs\n{}", size(), shared_text_);
  for (const auto& architectures : rule_text_)
    for (const std::string& rule : architectures) text += rule;
  for (const auto& levels : level_text_)
    for (const std::string& level : levels) text += level;
  return hash128_hex(text);
}

Design Design::only(std::vector<std::size_t> runs) const {
  Design design = *this;
  for (std::size_t& run : runs) run = kept_ ? (*kept_)[run] : run;
  design.kept_ = std::move(runs);
  return design;
}

std::string study_key(const Study& study) {
  return hash128_hex("cohort study 1\n" + study.name + "\n" + study.semantic_text());
}

}  // namespace cohort
