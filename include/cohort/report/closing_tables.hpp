#pragma once

#include <cohort/report/study_summary.hpp>

#include <string>

namespace cohort {

/// The tables that close a study:
/// - per rule x architecture x initialization (x optimizer when there are several): runs, final error, final accuracy
///   and what became of both on shifted trials (when there are any), updates to each matched level;
/// - the same groups' distance to each recording at each level;
/// - per factor: mean distance between runs that differ in nothing else, at each level;
/// - what share of the distances, and of numbers of each network, each factor explains, and sentences that say it.
/// Means as mean ± standard deviation, shares with their intervals.
std::string closing_tables(const StudySummary& summary);

}  // namespace cohort
