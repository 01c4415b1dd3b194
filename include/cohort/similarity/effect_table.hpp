#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace cohort {

/// An estimate from pairs of runs of different seeds, with its delete-one-seed jackknife. NaN is undefined.
struct SeedShare {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> without_seed{};  ///< [seed] the estimate without it; empty when the estimate is undefined
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();   ///< estimate -+ t(.975, seeds - 1) standard errors,
  double high = std::numeric_limits<double>::quiet_NaN();  ///< not clipped: shares may be negative
  std::string no_interval{};                               ///< why there is no interval, or no estimate

  bool has_interval() const { return no_interval.empty(); }
};

/// What one term takes of the sum of squares. Negative values are legal where distances are not Euclidean. NaN is
/// undefined: ratios over a residual mean square that is not positive.
struct SumOfSquares {
  double ss = std::numeric_limits<double>::quiet_NaN();
  double ms = std::numeric_limits<double>::quiet_NaN();              ///< ss / df
  double f = std::numeric_limits<double>::quiet_NaN();               ///< (pseudo-)F: ms / residual ms
  double r2 = std::numeric_limits<double>::quiet_NaN();              ///< ss / total; eta² of a response
  double omega2 = std::numeric_limits<double>::quiet_NaN();          ///< (ss - df ms_res) / (total + ms_res)
  double partial_eta2 = std::numeric_limits<double>::quiet_NaN();    ///< ss / (ss + ss_res)
  double partial_omega2 = std::numeric_limits<double>::quiet_NaN();  ///< (ss - df ms_res) / (ss + (n - df) ms_res)
  double p_f = std::numeric_limits<double>::quiet_NaN();             ///< of the F distribution; responses only
};

/// How a p-value came about.
enum class EffectTest {
  none,
  synchronized,             ///< relabelled within each seed, exact; statistic: the sum of squares
  studentized_within_cell,  ///< permuted within cells, statistic: t over seeds; approximate
  free                      ///< all runs permuted: adonis2's null, that nothing has an effect; statistic: pseudo-F
};

/// A main effect, an interaction of two factors, or the block.
struct EffectTerm {
  std::string name{};  ///< "rule", "rule:architecture"
  std::vector<std::size_t>
      factors{};  ///< one: main effect; two: interaction; the number of factors stands for the block
  int df = 0;
  SumOfSquares sequential{};                                   ///< type I, in the order of the terms
  SumOfSquares type2{};                                        ///< after all terms that do not contain this one
  double variance = std::numeric_limits<double>::quiet_NaN();  ///< across seeds, in squared units of the distance
  SeedShare cross_seed{};  ///< variance over the total variance: the share to report
  double t_by_seed = std::numeric_limits<double>::quiet_NaN();  ///< variance over its jackknife standard error

  EffectTest test = EffectTest::none;
  double p = std::numeric_limits<double>::quiet_NaN();
  double p_holm = std::numeric_limits<double>::quiet_NaN();   ///< over the main effects
  double p_floor = std::numeric_limits<double>::quiet_NaN();  ///< the smallest p the test can give
  std::size_t n_permutations = 0;                             ///< arrangements, the observed one among them
  bool all_permutations = false;                              ///< every arrangement, not a random part
  std::string no_p{};                                         ///< why there is no p
};

/// "a - b" of two main effects: the question of most studies.
struct EffectDifference {
  std::size_t a = 0, b = 0;  ///< indices of terms
  SeedShare share{};
};

/// What explains the squared distances between runs, or a response.
struct EffectTable {
  std::string undefined{};                           ///< why there is no table at all; everything below is empty then
  std::size_t n_runs = 0, n_cells = 0, n_seeds = 0;  ///< cells: combinations of levels of the factors, empty ones too
  bool balanced = false;                             ///< one run in each cell and seed
  std::vector<EffectTerm> terms{};                   ///< main effects, block, interactions
  std::vector<EffectDifference> differences{};       ///< of every two main effects, the larger share first
  SeedShare same_seed{};                             ///< what networks of one seed have in common
  SeedShare all_cells{};                             ///< what all factors explain together, with every interaction
  double total_ss = std::numeric_limits<double>::quiet_NaN();
  double residual_ss = std::numeric_limits<double>::quiet_NaN();
  double residual_df = std::numeric_limits<double>::quiet_NaN();
  double total_variance = std::numeric_limits<double>::quiet_NaN();  ///< across seeds: mean d² / 2 of different seeds
  double negative_share = std::numeric_limits<double>::quiet_NaN();  ///< sum |λ-| / sum |λ|; NaN: not asked for
  std::string no_f{};                                                ///< why F and omega² are undefined
};

/// Two levels of a factor, by seed: in each seed the mean difference over the cells that both levels have there.
struct LevelContrast {
  std::size_t factor = 0;
  std::size_t a = 0, b = 0;  ///< levels; the difference is a - b
  std::size_t n_seeds = 0;   ///< in which both levels meet
  double difference = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double t = std::numeric_limits<double>::quiet_NaN();       ///< paired, on n_seeds - 1 degrees of freedom
  double p = std::numeric_limits<double>::quiet_NaN();       ///< two-sided
  double p_holm = std::numeric_limits<double>::quiet_NaN();  ///< over the pairs of this factor
  double low = std::numeric_limits<double>::quiet_NaN();     ///< 95 %, unadjusted
  double high = std::numeric_limits<double>::quiet_NaN();
  std::string no_interval{};  ///< why there is none
};

/// What explains a response.
struct ResponseTable {
  EffectTable effects{};
  std::vector<LevelContrast> contrasts{};
};

}  // namespace cohort
