#include <cohort/report/closing_tables.hpp>

#include <cohort/learning/chance.hpp>
#include <cohort/report/effect_sentences.hpp>
#include <cohort/report/text_table.hpp>
#include <cohort/study/study.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

/// Rule, architecture and initialization name a group always, the optimizer only when there are several.
bool names_groups(const StudySummary& summary, std::size_t factor) {
  return factor != static_cast<std::size_t>(Factor::optimizer) || summary.factors[factor].is_crossed();
}

/// A network has a given number of updates, or its last one, by definition.
bool is_matched(const std::string& level) { return level != "final" && !level.starts_with("update="); }

TextRow factor_names(const StudySummary& summary) {
  TextRow names;
  for (std::size_t factor = 0; factor < static_cast<std::size_t>(Factor::seed); ++factor)
    if (names_groups(summary, factor)) names.push_back(summary.factors[factor].name);
  return names;
}

TextRow labels_of(const StudySummary& summary, const RunGroup& group) {
  TextRow labels;
  for (std::size_t factor = 0; factor < group.levels.size(); ++factor)
    if (names_groups(summary, factor))
      labels.push_back(summary.factors[factor].levels[static_cast<std::size_t>(group.levels[factor])]);
  return labels;
}

TextRow group_head(const StudySummary& summary) {
  TextRow head = factor_names(summary);
  head.insert(head.end(), {"runs", "final error"});
  for (const std::string& curve : summary.last_curves) head.push_back("final " + curve);
  for (const std::string& level : summary.levels)
    if (is_matched(level)) head.push_back("updates to " + level);
  return head;
}

TextRow group_row(const StudySummary& summary, const RunGroup& group) {
  TextRow row = labels_of(summary, group);
  row.push_back(fmt::format("{}/{}", group.n_done, group.runs.size()));
  row.push_back(group.final_error.text(4));
  for (const Moments& last : group.last_values) row.push_back(last.text(4));
  for (std::size_t level = 0; level < summary.levels.size(); ++level) {
    if (!is_matched(summary.levels[level])) continue;
    const Moments& updates = group.updates[level];
    row.push_back(updates.text(0));
    if (updates.n < group.runs.size()) row.back() += fmt::format(" ({}/{})", updates.n, group.runs.size());
  }
  return row;
}

std::string group_table(const StudySummary& summary) {
  std::vector<TextRow> rows{group_head(summary)};
  for (const RunGroup& group : summary.groups) rows.push_back(group_row(summary, group));
  return text_table(rows);
}

/// Fixed points found per network, in each context.
std::string fixed_point_table(const StudySummary& summary) {
  if (summary.contexts.empty()) return "";
  std::vector<TextRow> rows{factor_names(summary)};
  for (const std::string& context : summary.contexts) rows[0].push_back(context);
  for (const RunGroup& group : summary.groups) {
    rows.push_back(labels_of(summary, group));
    for (const Moments& found : group.fixed_points) rows.back().push_back(found.text(1));
  }
  return "\nfixed points of the last networks, by context\n" + text_table(rows);
}

std::string ceiling_text(const RecordingSummary& distances) {
  if (!distances.no_ceiling.empty()) return fmt::format("- ({})", distances.no_ceiling);
  return fmt::format("{:.4f} ± {:.4f}", distances.ceiling, distances.ceiling_deviation);
}

std::string baseline_text(const RecordingSummary& distances) {
  if (!distances.no_baseline.empty()) return fmt::format("- ({})", distances.no_baseline);
  return fmt::format("{:.4f}", distances.baseline);
}

/// Nothing of a recording that keeps no trials apart.
std::string trial_ceiling_text(const RecordingSummary& distances) {
  if (std::isnan(distances.trial_ceiling)) return "";
  const std::string corrected = std::isnan(distances.corrected_ceiling)
                                    ? "uncorrected"
                                    : fmt::format("with all trials {:.4f}", distances.corrected_ceiling);
  return fmt::format(", halves of its trials {:.4f} ± {:.4f} ({})", distances.trial_ceiling,
                     distances.trial_ceiling_deviation, corrected);
}

bool has_scores(const RecordingSummary& distances) {
  for (const auto& levels : distances.scores)
    for (const Moments& scores : levels)
      if (scores.n > 0) return true;
  return false;
}

std::string moments_table(const StudySummary& summary, const std::vector<std::vector<Moments>>& groups) {
  std::vector<TextRow> rows{factor_names(summary)};
  for (const std::string& level : summary.levels) rows[0].push_back(level);
  for (std::size_t group = 0; group < summary.groups.size(); ++group) {
    rows.push_back(labels_of(summary, summary.groups[group]));
    for (const Moments& moments : groups[group]) rows.back().push_back(moments.text(4));
  }
  return text_table(rows);
}

std::string recording_table(const StudySummary& summary, const RecordingSummary& distances) {
  std::string text =
      fmt::format("\n{} distance (normalized) to {}; halves of the recording {}{}, cross-condition average {}\n{}",
                  distances.measure, distances.recording, ceiling_text(distances), trial_ceiling_text(distances),
                  baseline_text(distances), moments_table(summary, distances.groups));
  if (has_scores(distances))
    text += fmt::format("\n{} to {} as a score: 0 as the cross-condition average, 1 as halves of the recording\n{}",
                        distances.measure, distances.recording, moments_table(summary, distances.scores));
  return text;
}

/// Some pairs have no distance where a run did not get there: then their number stands beside it.
std::string pairs_text(const Moments& distances, std::size_t n_pairs) {
  if (distances.n == n_pairs) return distances.text(4);
  return fmt::format("{} ({}/{})", distances.text(4), distances.n, n_pairs);
}

std::string pair_table(const StudySummary& summary, const MeasureSummary& distances) {
  std::vector<TextRow> rows{{"factor", "pairs"}};
  for (const std::string& level : summary.levels) rows[0].push_back(level);
  for (const PairSummary& pairs : distances.factors) {
    TextRow row{summary.factors[pairs.factor].name, fmt::format("{}", pairs.n_pairs)};
    for (const Moments& at_level : pairs.distances) row.push_back(pairs_text(at_level, pairs.n_pairs));
    rows.push_back(row);
  }
  return fmt::format("\n{} distance (normalized) between runs that differ in one factor only\n{}", distances.name,
                     text_table(rows));
}

std::string incomparable_lines(const StudySummary& summary) {
  std::string lines;
  for (const IncomparableRuns& runs : summary.incomparable)
    lines += fmt::format("{} run{} not compared at {}: {}\n", runs.n_runs, runs.n_runs == 1 ? "" : "s",
                         summary.levels[runs.level], runs.reason);
  return lines.empty() ? lines : "\n" + lines;
}

/// Pairs of runs that could be compared, and have no distance all the same.
std::string pairs_without_lines(const StudySummary& summary) {
  std::string lines;
  for (const MeasureSummary& measure : summary.distances)
    for (const PairsWithout& pairs : measure.without)
      lines += fmt::format("{} pair{} of runs without a distance by {}: {}\n", pairs.n_pairs,
                           pairs.n_pairs == 1 ? "" : "s", measure.name, pairs.reason);
  return lines.empty() ? lines : "\n" + lines;
}

/// A line when most units do nothing any more, or can do no more, in some runs of the group.
std::string activity_line(const StudySummary& summary, const RunGroup& group, const std::vector<double>& shares,
                          const char* what) {
  const auto n_runs = std::count_if(shares.begin(), shares.end(), [](double share) { return share > 0.5; });
  if (n_runs == 0) return "";
  return fmt::format("{}: most units are {} at the end in {} of {} runs (share of units: {})\n",
                     fmt::join(labels_of(summary, group), " | "), what, n_runs, shares.size(),
                     moments_of(shares).text(2));
}

std::string activity_lines(const StudySummary& summary) {
  std::string lines;
  for (const RunGroup& group : summary.groups)
    lines += activity_line(summary, group, group.silent, "silent") +
             activity_line(summary, group, group.saturated, "saturated");
  return lines;
}

std::string chance_lines(const StudySummary& summary) {
  std::string lines;
  for (std::size_t level = 0; level < summary.chance.size(); ++level)
    if (const auto warning = chance_warning(summary.levels[level], summary.chance[level]); !warning.empty())
      lines += warning + "\n";
  return lines;
}

}  // namespace

std::string closing_tables(const StudySummary& summary) {
  std::string text = group_table(summary) + chance_lines(summary) + activity_lines(summary);
  for (const RecordingSummary& distances : summary.recordings) text += recording_table(summary, distances);
  for (const MeasureSummary& distances : summary.distances) text += pair_table(summary, distances);
  return text + incomparable_lines(summary) + pairs_without_lines(summary) + effect_tables(summary.effects) +
         fixed_point_table(summary);
}

}  // namespace cohort
