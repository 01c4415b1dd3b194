#include <cohort/study/design.hpp>

#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <span>

namespace cohort {
namespace {

static_assert(static_cast<int>(Factor::rule) == 0 && static_cast<int>(Factor::architecture) == 1 &&
              static_cast<int>(Factor::seed) == n_factors - 1);

/// Which levels of each factor an exclusion fits; no list for a factor it does not name.
using Fitting = std::array<std::vector<bool>, n_factors>;

Fitting fitting_levels(const Study& study, const Exclusion& exclusion) {
  Fitting fitting;
  for (std::size_t factor = 0; factor < n_factors; ++factor) {
    const auto& patterns = exclusion.patterns[factor];
    if (patterns.empty()) continue;
    for (std::size_t level = 0; level < n_levels(study, static_cast<Factor>(factor)); ++level) {
      const std::string text = level_text(study, static_cast<Factor>(factor), level);
      fitting[factor].push_back(std::any_of(patterns.begin(), patterns.end(),
                                            [&](const std::string& pattern) { return matches(pattern, text); }));
    }
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
  expects(factor != Factor::seed, "a factor whose levels are variants");
  const auto f = static_cast<std::size_t>(factor);
  return study.levels[f][static_cast<std::size_t>(run.level[f])];
}

std::int64_t seed_of(const Study& study, const Run& run) {
  return study.seeds[static_cast<std::size_t>(run.level[static_cast<std::size_t>(Factor::seed)])];
}

const std::string& versioned_level(const Study& study, const Run& run, Factor factor) {
  const FactorLevel& level = level_of(study, run, factor);
  const auto found = level.versioned_in.find(level_of(study, run, Factor::architecture).family);
  return found == level.versioned_in.end() ? level.versioned : found->second;
}

std::string run_name(const Study& study, const Run& run) {
  return fmt::format("{} | {} | {} | {} | seed {}", level_of(study, run, Factor::rule).text,
                     level_of(study, run, Factor::architecture).text, level_of(study, run, Factor::initialization).text,
                     level_of(study, run, Factor::optimizer).text, seed_of(study, run));
}

Design::Design(const Study& study)
    : n_combinations_(1),
      seeds_(study.seeds),
      evaluation_text_(evaluation_key_text(study)),
      shared_text_("cohort run 2\n" + study.semantic_text() + evaluation_text_) {
  if (study.training.keep_state) shared_text_ += fmt::format("all updates {}\n", study.training.updates);
  draw_as(study, study.stored_text());
  for (std::size_t factor = 0; factor < n_factors; ++factor) {
    n_levels_[factor] = n_levels(study, static_cast<Factor>(factor));
    // MPI and HDF5 count runs in 31 bits.
    if (n_levels_[factor] > std::numeric_limits<std::int32_t>::max() / n_combinations_)
      throw UserError("the study has too many combinations", "more than 2147483647", "Split the study.", {study.path});
    n_combinations_ *= n_levels_[factor];
    for (const FactorLevel& level : study.levels[factor])
      level_text_[factor].push_back(fmt::format("{} {}\n", factor_name(static_cast<Factor>(factor)), level.versioned));
  }
  add_rule_texts(study);
  if (!study.exclusions.empty()) leave_out(study);
  if (size() == 0)
    throw UserError("the study has no runs", "[[exclude]] leaves nothing of the factorial", "", {study.path});
}

void Design::add_rule_texts(const Study& study) {
  std::map<std::string, std::size_t> families;
  Run run;
  for (std::size_t architecture = 0; architecture < n_levels_[1]; ++architecture) {
    run.level[1] = static_cast<int>(architecture);
    const auto [family, is_new] =
        families.try_emplace(level_of(study, run, Factor::architecture).family, families.size());
    family_.push_back(family->second);
    if (!is_new) continue;
    rule_text_.emplace_back();
    for (std::size_t rule = 0; rule < n_levels_[0]; ++rule) {
      run.level[0] = static_cast<int>(rule);
      rule_text_.back().push_back(
          fmt::format("{} {}\n", factor_name(Factor::rule), versioned_level(study, run, Factor::rule)));
    }
  }
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
    if (!excluded) kept_->push_back(static_cast<std::uint32_t>(combination));
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

std::string Design::text_of(const std::array<int, n_factors>& levels) const {
  const auto level = [&](std::size_t factor) { return static_cast<std::size_t>(levels[factor]); };
  std::string text = rule_text_[family_[level(1)]][level(0)];
  for (std::size_t factor = 1; factor < n_factors - 1; ++factor) text += level_text_[factor][level(factor)];
  return text + fmt::format("{} {}\n", factor_name(Factor::seed), seeds_[level(n_factors - 1)]);
}

Run Design::operator[](std::size_t run) const {
  const auto own_levels = levels(run);
  const std::string text = text_of(own_levels);
  return {own_levels, hash128_hex(shared_text_ + text), hash128_hex(streams_text_ + text)};
}

std::string Design::former_key(std::size_t run) const {
  return hash128_hex(streams_text_ + evaluation_text_ + text_of(levels(run)));
}

void Design::draw_as(const Study& study, const std::string& stored_first) {
  // Where states are kept nothing depends on it, and a study that grew is what it would be had it been asked for at
  // once.
  const std::string first = study.training.keep_state ? study.stored_text() : stored_first;
  if (first == stored_first_) return;
  stored_first_ = first;
  streams_text_ = "cohort run 1\n" + study.streams_text(first);
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
  std::string text = fmt::format("{} runs\n{}{}", size(), shared_text_, streams_text_);
  for (const auto& rules : rule_text_)
    for (const std::string& rule : rules) text += rule;
  for (const auto& levels : level_text_)
    for (const std::string& level : levels) text += level;
  text += fmt::format("seeds {:016x}\n", hash64(std::as_bytes(std::span(seeds_))));
  return hash128_hex(text);
}

Design Design::only(const std::vector<std::size_t>& runs) const {
  Design design = *this;
  design.kept_.emplace();
  for (const std::size_t run : runs) design.kept_->push_back(kept_ ? (*kept_)[run] : static_cast<std::uint32_t>(run));
  return design;
}

std::string study_key(const Study& study) { return hash128_hex("cohort study 2\n" + study.semantic_text()); }

std::string former_study_key(const Study& study, const std::string& name, const std::string& stored_first) {
  return hash128_hex("cohort study 1\n" + name + "\n" + study.streams_text(stored_first));
}

}  // namespace cohort
