#pragma once

#include <cohort/report/effects_summary.hpp>

#include <string>
#include <vector>

namespace cohort {

/// What one table says, as a sentence to quote: "At error <= 0.1 (all 72 runs): architecture explains 41 % [35, 47] of
/// the squared distance between networks, initialization 22 % [17, 28], rule 6 % [3, 9]; architecture - rule 35 % [29,
/// 41]." It names the part of the study that it speaks of, and says less where the data do: no interval, an interval
/// that holds zero, one seed that stands far from the rest. Empty when nothing is missing across holes.
std::string effect_sentence(const EffectsSummary& effects);

/// The sentences about distances between networks and to recordings, and about reaching levels, one per line; empty
/// without effects.
std::string effect_sentences(const std::vector<EffectsSummary>& all);

/// Those, and a table of shares by level for each subject.
std::string effect_tables(const std::vector<EffectsSummary>& all);

}  // namespace cohort
