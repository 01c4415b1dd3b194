#include <cohort/report/effect_sentences.hpp>

#include <cohort/report/text_table.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace cohort {
namespace {

bool is_matched(const std::string& level) { return level != "final" && !level.starts_with("update="); }

/// "error <= 0.1", "update 0", "the end".
std::string level_words(const std::string& level) {
  if (level == "final") return "the end";
  std::string words = level;
  for (const std::string sign : {"<=", ">="})
    if (const auto at = words.find(sign); at != std::string::npos) return words.replace(at, 2, " " + sign + " ");
  std::replace(words.begin(), words.end(), '=', ' ');
  return words;
}

/// What is explained: "the squared distance between networks".
std::string subject_words(const EffectsSummary& effects) {
  if (effects.is_distances) return fmt::format("the squared {} distance between networks", effects.subject);
  if (const auto to = effects.subject.find(" to "); to != std::string::npos) {
    const std::string recording = effects.subject.substr(to + 4);  // a path often, of which the end is its name
    return fmt::format("the variance of the {} distance to {}", effects.subject.substr(0, to),
                       recording.substr(recording.rfind('/') + 1));
  }
  static const std::map<std::string, std::string> words{
      {"updates", "the variance of the updates to it"},
      {"reached", "the variance of whether it is reached"},
      {"participation_ratio", "the variance of the participation ratio"},
      {"dimension_90", "the variance of the dimension at 90 % of the variance"}};
  const auto known = words.find(effects.subject);
  return known != words.end() ? known->second : "the variance of the " + effects.subject;
}

/// Percent, clipped to what a share (or a difference of two) can be; a digit more where the interval is narrow.
std::string percent(double value, double low, int digits) {
  const double clipped = 100 * std::clamp(value, low, 1.0);
  return fmt::format("{:.{}f}", std::abs(clipped) < 0.5 * std::pow(10, -digits) ? 0.0 : clipped, digits);
}

/// "41 % [35, 47]"; `low` is the least there can be, 0 or -1.
std::string share_text(const ShareSummary& share, double low) {
  if (!share.exists()) return "-";
  const bool is_narrow = share.has_interval() ? share.high - share.low < 0.03 : std::abs(share.estimate) < 0.03;
  const int digits = is_narrow ? 1 : 0;
  const std::string text = percent(share.estimate, low, digits) + " %";
  if (!share.has_interval()) return text;
  return fmt::format("{} [{}, {}]", text, percent(share.low, low, digits), percent(share.high, low, digits));
}

bool holds_zero(const ShareSummary& share) { return share.has_interval() && share.low <= 0 && share.high >= 0; }

/// Levels by factor, in the order of the file.
std::vector<std::vector<const EffectLevelSummary*>> levels_by_factor(const EffectsSummary& effects) {
  std::vector<std::vector<const EffectLevelSummary*>> factors;
  for (const EffectLevelSummary& level : effects.levels) {
    if (factors.empty() || factors.back().front()->factor != level.factor) factors.emplace_back();
    factors.back().push_back(&level);
  }
  return factors;
}

/// ", with gain 1.5 and units 200 only"; empty when all levels are kept.
std::string kept_words(const EffectsSummary& effects) {
  std::vector<std::string> parts;
  for (const auto& levels : levels_by_factor(effects)) {
    std::vector<std::string> kept;
    for (const EffectLevelSummary* level : levels)
      if (level->is_kept) kept.push_back(level->level);
    if (kept.size() < levels.size())
      parts.push_back(fmt::format("{} {}", levels.front()->factor, fmt::join(kept, " or ")));
  }
  if (effects.n_seeds < effects.n_all_seeds)
    parts.push_back(fmt::format("{} of {} seeds", effects.n_seeds, effects.n_all_seeds));
  if (parts.empty()) return "";
  const std::string search = effects.is_search_exact ? "" : " (not all choices tried)";
  return fmt::format(", with {} only{}", fmt::join(parts, " and "), search);
}

/// "bptt reached it in 36 of 36, eprop in 12 of 36": of the factor whose levels differ most; empty when none do.
std::string missing_words(const EffectsSummary& effects) {
  constexpr std::size_t most_levels = 6;
  double widest = 0;
  std::vector<const EffectLevelSummary*> told;
  for (const auto& levels : levels_by_factor(effects)) {
    double low = 1, high = 0;
    for (const EffectLevelSummary* level : levels) {
      const double share =
          static_cast<double>(level->n_usable) / static_cast<double>(std::max<std::size_t>(1, level->n_runs));
      low = std::min(low, share);
      high = std::max(high, share);
    }
    if (high - low <= widest) continue;
    widest = high - low;
    told = levels;
  }
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(told.size(), most_levels); ++i) {
    const char* verb = i > 0                                                       ? ""
                       : is_matched(effects.level) && effects.subject != "reached" ? "reached it "
                                                                                   : "has it ";
    parts.push_back(fmt::format("{} {}in {} of {}", told[i]->level, verb, told[i]->n_usable, told[i]->n_runs));
  }
  if (told.size() > most_levels) parts.push_back("...");
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// "(all 72 runs)", "(24 of 72 runs; bptt reached it in ...)".
std::string runs_words(const EffectsSummary& effects) {
  if (effects.n_runs == effects.n_all) return fmt::format("(all {} runs)", effects.n_all);
  const std::string missing = effects.n_usable < effects.n_all ? missing_words(effects) : "";
  return fmt::format("({} of {} runs{})", effects.n_runs, effects.n_all, missing.empty() ? "" : "; " + missing);
}

std::vector<const EffectTermSummary*> by_share(const EffectsSummary& effects, bool are_interactions) {
  std::vector<const EffectTermSummary*> terms;
  for (const EffectTermSummary& term : effects.terms)
    if (term.is_interaction == are_interactions && term.share.exists()) terms.push_back(&term);
  std::stable_sort(terms.begin(), terms.end(),
                   [](const auto* a, const auto* b) { return a->share.estimate > b->share.estimate; });
  return terms;
}

/// Exactly nothing, such as what the rule does before training.
bool is_zero(const ShareSummary& share) {
  constexpr double rounding = 5e-4;
  return share.has_interval() &&
         std::max({std::abs(share.estimate), std::abs(share.low), std::abs(share.high)}) < rounding;
}

/// " (rule and initialization may be nothing)": those whose intervals leave it open.
std::string doubt_words(const std::vector<const EffectTermSummary*>& terms) {
  std::vector<std::string> names;
  for (const EffectTermSummary* term : terms)
    if (holds_zero(term->share) && !is_zero(term->share)) names.push_back(term->name);
  if (names.empty()) return "";
  if (names.size() == terms.size() && names.size() > 1) return " (each of them may be nothing)";
  return fmt::format(" ({} may be nothing)", fmt::join(names, " and "));
}

/// "architecture explains 41 % [35, 47] of the squared distance between networks, initialization 22 % [17, 28]".
std::string main_words(const EffectsSummary& effects, const std::vector<const EffectTermSummary*>& terms) {
  std::string text;
  for (const EffectTermSummary* term : terms) {
    const std::string share = is_zero(term->share) ? "nothing" : share_text(term->share, 0);
    text += text.empty() ? fmt::format("{} explains {} of {}", term->name, share, subject_words(effects))
                         : fmt::format(", {} {}", term->name, share);
  }
  return text + doubt_words(terms);
}

/// Interactions of which the interval leaves no doubt.
std::string interaction_words(const EffectsSummary& effects) {
  std::string text;
  for (const EffectTermSummary* term : by_share(effects, true))
    if (term->share.has_interval() && term->share.low > 0)
      text += fmt::format(", {} {}", term->name, share_text(term->share, 0));
  return text;
}

/// The difference of the two largest, and of the largest and the rule, the question of most studies.
std::string difference_words(const EffectsSummary& effects, const std::vector<const EffectTermSummary*>& terms) {
  std::string text;
  for (std::size_t other = 1; other < terms.size(); ++other) {
    if (other > 1 && terms[other]->name != "rule") continue;
    const std::string &a = terms.front()->name, &b = terms[other]->name;
    for (const EffectDifferenceSummary& difference : effects.differences) {
      const bool is_turned = difference.a == b && difference.b == a;
      if (!is_turned && (difference.a != a || difference.b != b)) continue;
      if (!difference.share.has_interval()) continue;
      ShareSummary share = difference.share;
      if (is_turned) share = {-share.estimate, -share.high, -share.low};
      text += fmt::format("; {} - {} {}{}", a, b, share_text(share, -1),
                          holds_zero(share) ? " (either may explain more)" : "");
    }
  }
  return text;
}

/// Of the terms that the sentence names.
std::string far_seed_words(const std::vector<const EffectTermSummary*>& terms) {
  std::string text;
  for (const EffectTermSummary* term : terms)
    if (!term->far_seed.empty())
      text += fmt::format(
          " Seed {} stands far from the others: without it {} explains {} %, and the interval is too narrow.",
          term->far_seed, term->name, percent(term->without_far_seed, 0, 0));
  return text;
}

std::string interval_words(const EffectsSummary& effects, const std::vector<const EffectTermSummary*>& terms) {
  const bool has_all = std::all_of(terms.begin(), terms.end(), [](const auto* t) { return t->share.has_interval(); });
  if (has_all) return "";
  if (effects.n_seeds < 3)
    return fmt::format(" No intervals: {} seed{}, and three are needed.", effects.n_seeds,
                       effects.n_seeds == 1 ? "" : "s");
  return " No intervals: not enough complete seeds.";
}

std::string opening(const EffectsSummary& effects) {
  if (!effects.is_complete) return fmt::format("Across the holes, at {}", level_words(effects.level));
  return fmt::format("At {}", level_words(effects.level));
}

std::string no_effects(const EffectsSummary& effects, const std::string& why) {
  const std::string missing = effects.n_usable < effects.n_all ? missing_words(effects) : "";
  return fmt::format("{} ({} of {} runs{}): nothing can be said of {}: {}.", opening(effects), effects.n_usable,
                     effects.n_all, missing.empty() ? "" : "; " + missing, subject_words(effects), why);
}

/// Tables of one subject in one view, complete and across holes.
using Subject = std::pair<std::string, std::string>;  // subject, view
std::vector<std::pair<Subject, std::vector<const EffectsSummary*>>> by_subject(const std::vector<EffectsSummary>& all) {
  std::vector<std::pair<Subject, std::vector<const EffectsSummary*>>> groups;
  for (const EffectsSummary& effects : all) {
    const Subject subject{effects.subject, effects.view};
    auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == subject; });
    if (found == groups.end()) found = groups.insert(groups.end(), {subject, {}});
    found->second.push_back(&effects);
  }
  return groups;
}

bool is_of_similarity(const EffectsSummary& effects) {
  return effects.is_distances || effects.subject.find(" to ") != std::string::npos;
}

/// Whether a sentence is made of it: others are in the tables.
bool has_sentence(const EffectsSummary& effects) {
  const bool is_computed = effects.reason == EffectReason::computed && !by_share(effects, false).empty();
  if (effects.reason == EffectReason::nothing_missing || (!effects.is_complete && !is_computed)) return false;
  if (is_of_similarity(effects)) return true;
  return effects.subject == "reached" && is_computed && effects.is_complete;
}

/// Whether it is shown when a study ends: the file has all. Parameters are told of similarities alone.
bool is_shown(const EffectsSummary& effects) { return effects.view == "factors" || is_of_similarity(effects); }

std::string share_table(const std::vector<const EffectsSummary*>& tables) {
  std::vector<TextRow> rows{{"explained by"}};
  std::vector<const EffectsSummary*> shown;
  for (const EffectsSummary* effects : tables)
    if (effects->reason == EffectReason::computed && !by_share(*effects, false).empty()) shown.push_back(effects);
  if (shown.empty()) return "";
  for (const EffectsSummary* effects : shown)
    rows[0].push_back(effects->level + (effects->is_complete ? "" : ", across holes"));
  rows.push_back({"runs (seeds)"});
  for (const EffectsSummary* effects : shown)
    rows.back().push_back(fmt::format("{} ({})", effects->n_runs, effects->n_seeds));
  for (std::size_t term = 0; term < shown.front()->terms.size(); ++term) {
    const auto has_share = [&](const EffectsSummary* effects) { return effects->terms[term].share.exists(); };
    if (std::none_of(shown.begin(), shown.end(), has_share)) continue;
    rows.push_back({shown.front()->terms[term].name});
    for (const EffectsSummary* effects : shown) {
      const EffectTermSummary& own = effects->terms[term];
      std::string cell = share_text(own.share, 0);
      if (std::isfinite(own.p_holm)) cell += fmt::format(", p {}{:.2g}", own.is_p_exact ? "" : "~", own.p_holm);
      rows.back().push_back(cell);
    }
  }
  return text_table(rows);
}

}  // namespace

std::string effect_sentence(const EffectsSummary& effects) {
  if (effects.reason == EffectReason::unknown || effects.reason == EffectReason::nothing_missing) return "";
  if (effects.reason != EffectReason::computed) return no_effects(effects, reason_of(effects.reason));
  const auto terms = by_share(effects, false);
  if (terms.empty()) return no_effects(effects, "there are no pairs of networks of different seeds");
  const std::string part = effects.is_complete ? kept_words(effects) : "";
  return fmt::format("{}{} {}: {}{}{}.{}{}", opening(effects), part, runs_words(effects), main_words(effects, terms),
                     interaction_words(effects), difference_words(effects, terms), interval_words(effects, terms),
                     far_seed_words(terms));
}

std::string effect_sentences(const std::vector<EffectsSummary>& all) {
  std::string text;
  for (const auto& [subject, tables] : by_subject(all))
    for (const EffectsSummary* effects : tables)
      if (has_sentence(*effects) && is_shown(*effects))
        if (const std::string sentence = effect_sentence(*effects); !sentence.empty()) text += sentence + "\n";
  return text;
}

std::string effect_tables(const std::vector<EffectsSummary>& all) {
  std::string text;
  for (const auto& [subject, tables] : by_subject(all)) {
    if (!is_shown(*tables.front())) continue;
    const std::string table = share_table(tables);
    std::string sentences;
    for (const EffectsSummary* effects : tables)
      if (has_sentence(*effects)) sentences += "  " + effect_sentence(*effects) + "\n";
    if (table.empty() && sentences.empty()) continue;
    const std::string view = subject.second == "factors" ? "" : ", by " + subject.second;
    text += fmt::format("\nshare of {} explained{}: cross-seed R² [95 % interval over seeds], p by Holm\n{}{}",
                        subject_words(*tables.front()), view, table, sentences);
    const double negative = tables.front()->negative_share;
    if (tables.front()->is_distances && negative > 0.0005)
      text += fmt::format("  {:.1f} % of the eigenvalues of these distances are negative (sum of moduli)\n",
                          100 * negative);
  }
  return text;
}

}  // namespace cohort
