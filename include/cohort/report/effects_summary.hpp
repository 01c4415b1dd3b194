#pragma once

#include <cohort/similarity/effect_reason.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace cohort {

class ResultsFile;

/// An estimate with the interval that a jackknife over seeds gives it; NaN where there is none.
struct ShareSummary {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();

  bool exists() const;
  bool has_interval() const;
};

/// What one factor, or the interaction of two, explains.
struct EffectTermSummary {
  std::string name{};
  bool is_interaction = false;
  ShareSummary share{};
  double r2 = std::numeric_limits<double>::quiet_NaN();  ///< type II
  double p_holm = std::numeric_limits<double>::quiet_NaN(), p_floor = std::numeric_limits<double>::quiet_NaN();
  bool is_p_exact = false;  ///< by synchronized relabellings; otherwise approximate
  std::string far_seed{};   ///< a seed without which the share would be far from the rest; empty: none
  double without_far_seed = std::numeric_limits<double>::quiet_NaN();
};

/// Two factors, the share of one minus that of the other.
struct EffectDifferenceSummary {
  std::string a{}, b{};
  ShareSummary share{};
};

/// A level of a factor: how many of its runs can be used, and whether it is in the sub-design.
struct EffectLevelSummary {
  std::string factor{}, level{};
  bool is_kept = false;
  std::size_t n_usable = 0, n_runs = 0;
};

/// One table of effects of a results file.
struct EffectsSummary {
  std::string view{};         ///< "factors", "parameters"
  std::string subject{};      ///< "procrustes", "procrustes to m1.npy", "error"
  bool is_distances = false;  ///< or a response
  std::string level{};        ///< of the snapshots
  bool is_complete = true;    ///< of the largest part without holes; otherwise of all runs across them
  EffectReason reason = EffectReason::unknown;
  std::size_t n_all = 0;                                 ///< runs of the study
  std::size_t n_usable = 0;                              ///< that have what the table is about
  std::size_t n_runs = 0, n_seeds = 0, n_all_seeds = 0;  ///< behind the table, and in the study
  bool is_search_exact = true;
  double negative_share = std::numeric_limits<double>::quiet_NaN();  ///< of eigenvalues
  ShareSummary same_seed{};
  std::vector<EffectLevelSummary> levels{};
  std::vector<EffectTermSummary> terms{};
  std::vector<EffectDifferenceSummary> differences{};
};

/// Every table that has been computed, or whose reason is known: by view, subject and level, in the order of the file.
std::vector<EffectsSummary> effects_of(ResultsFile& file);

}  // namespace cohort
