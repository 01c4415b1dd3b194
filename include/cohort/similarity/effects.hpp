#pragma once

#include <cohort/similarity/effect_table.hpp>
#include <cohort/similarity/factorial_labels.hpp>
#include <cohort/similarity/squared_distances.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace cohort {

/// Which terms the partition has.
enum class EffectModel {
  main,    ///< main effects of the factors and the block
  block,   ///< and the interactions of every two factors
  two_way  ///< and those of every factor with the block
};

enum class EffectPermutations {
  none,
  synchronized,  ///< within seeds; where these cannot reach alpha or runs are missing, within cells, studentized
  free           ///< of all runs, as vegan's adonis2: of the additive model only, 999 of them
};

struct EffectOptions {
  EffectModel model = EffectModel::block;
  EffectPermutations permutations = EffectPermutations::synchronized;
  double alpha = 0.05;                   ///< a synchronized test whose smallest p is above it is replaced
  std::size_t max_enumerated = 100'000;  ///< up to so many relabellings all are taken
  std::size_t n_random = 9'999;          ///< else so many random ones and the observed one
  std::size_t n_free = 999;
  std::size_t max_eigenvalue_runs = 2'000;  ///< the share of negative eigenvalues is computed up to so many runs
  std::string stream_name{"effects"};       ///< what the permutations are drawn for; never who draws them
  std::uint64_t stream_seed = 1;
};

/// Which factor explains the squared distances between runs.
///
/// Sums of squares as vegan's adonis2 (McArdle & Anderson 2001, doi:10.1890/0012-9658(2001)082[0290:FMMTCD]2.0.CO;2),
/// shares from pairs of different seeds with the delete-one-seed jackknife, permutation tests (Anderson 2001): see
/// src/similarity/README.md. The same bits whoever calls. Throws UserError as check(labels), and where a distance is
/// not finite or negative.
EffectTable effects_of_distances(const SquaredDistances& distances, const FactorialLabels& labels,
                                 const EffectOptions& options = {});

/// Which factor explains a number per run: the same with F tests, and contrasts of levels by seed. Throws UserError
/// where a value is not finite.
ResponseTable effects_of_response(std::span<const double> response, const FactorialLabels& labels,
                                  const EffectOptions& options = {});

}  // namespace cohort
