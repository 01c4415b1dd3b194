#include "level_contrasts.hpp"

#include "distributions.hpp"

#include <cohort/similarity/design_terms.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {
namespace {

struct Mean {
  double sum = 0, n = 0;
  double value() const { return sum / n; }
};

/// [cell of the other factors][seed][level] means of the response.
class LevelMeans {
 public:
  LevelMeans(std::span<const double> response, const FactorialLabels& labels, std::size_t factor)
      : n_seeds_(labels.block.levels.size()), n_levels_(labels.factors[factor].levels.size()) {
    std::vector<std::size_t> others;
    for (std::size_t other = 0; other < labels.factors.size(); ++other)
      if (other != factor) others.push_back(other);
    const RunClasses cells = occurring_classes_of(labels, others);
    n_cells_ = cells.n_classes();
    means_.resize(n_cells_ * n_seeds_ * n_levels_);
    for (std::size_t run = 0; run < response.size(); ++run) {
      Mean& mean =
          means_[(cells.class_of(run) * n_seeds_ + static_cast<std::size_t>(labels.block.level_of[run])) * n_levels_ +
                 static_cast<std::size_t>(labels.factors[factor].level_of[run])];
      mean.sum += response[run];
      ++mean.n;
    }
  }

  /// [seed in which the levels meet] mean of a - b.
  std::vector<double> differences(std::size_t a, std::size_t b) const {
    std::vector<double> found;
    for (std::size_t seed = 0; seed < n_seeds_; ++seed) {
      Mean difference;
      for (std::size_t cell = 0; cell < n_cells_; ++cell) {
        const Mean* of_levels = &means_[(cell * n_seeds_ + seed) * n_levels_];
        if (of_levels[a].n == 0 || of_levels[b].n == 0) continue;
        difference.sum += of_levels[a].value() - of_levels[b].value();
        ++difference.n;
      }
      if (difference.n > 0) found.push_back(difference.value());
    }
    return found;
  }

 private:
  std::size_t n_cells_ = 0, n_seeds_, n_levels_;
  std::vector<Mean> means_;
};

LevelContrast contrast_of(std::size_t factor, std::size_t a, std::size_t b, const std::vector<double>& differences) {
  LevelContrast contrast{factor, a, b, differences.size()};
  const auto n = static_cast<double>(differences.size());
  if (differences.empty()) {
    contrast.no_interval = "no seed has both levels in one cell";
    return contrast;
  }
  contrast.difference = 0;
  for (const double one : differences) contrast.difference += one / n;
  if (differences.size() < 2) {
    contrast.no_interval = "both levels meet in one seed only";
    return contrast;
  }
  double squares = 0;
  for (const double one : differences) squares += (one - contrast.difference) * (one - contrast.difference);
  contrast.standard_error = std::sqrt(squares / (n * (n - 1)));
  if (contrast.standard_error > 0) {
    contrast.t = contrast.difference / contrast.standard_error;
    contrast.p = t_two_sided(contrast.t, n - 1);
  }
  const double half = t_quantile(0.975, n - 1) * contrast.standard_error;
  contrast.low = contrast.difference - half;
  contrast.high = contrast.difference + half;
  return contrast;
}

}  // namespace

std::vector<LevelContrast> level_contrasts(std::span<const double> response, const FactorialLabels& labels) {
  std::vector<LevelContrast> contrasts;
  if (!labels.has_block()) return contrasts;
  for (std::size_t factor = 0; factor < labels.factors.size(); ++factor) {
    const LevelMeans means(response, labels, factor);
    const std::size_t n_levels = labels.factors[factor].levels.size(), first = contrasts.size();
    for (std::size_t a = 0; a < n_levels; ++a)
      for (std::size_t b = a + 1; b < n_levels; ++b)
        contrasts.push_back(contrast_of(factor, a, b, means.differences(a, b)));
    std::vector<double> p;
    for (std::size_t i = first; i < contrasts.size(); ++i) p.push_back(contrasts[i].p);
    const std::vector<double> adjusted = holm(p);
    for (std::size_t i = first; i < contrasts.size(); ++i) contrasts[i].p_holm = adjusted[i - first];
  }
  return contrasts;
}

}  // namespace cohort
