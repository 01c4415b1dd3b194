#include <cohort/similarity/complete_subdesign.hpp>

#include <cohort/core/errors.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>

namespace cohort {
namespace {

using Blocks = std::vector<std::uint64_t>;  ///< for each cell a set of blocks, words_per_cell words behind another

/// Which combinations of levels (cells, the last factor fastest) and block have a run.
class Presence {
 public:
  Presence(const FactorialLabels& labels, const std::vector<bool>& usable)
      : n_blocks_(labels.block.levels.size()), n_words_((n_blocks_ + 63) / 64) {
    std::size_t n_cells = 1;
    for (const FactorLabels& factor : labels.factors) {
      n_levels_.push_back(factor.levels.size());
      n_cells *= factor.levels.size();
    }
    sets_.assign(n_cells * n_words_, 0);
    for (std::size_t run = 0; run < usable.size(); ++run) {
      if (!usable[run]) continue;
      std::size_t cell = 0;
      for (const FactorLabels& factor : labels.factors)
        cell = cell * factor.levels.size() + static_cast<std::size_t>(factor.level_of[run]);
      const auto block = static_cast<std::size_t>(labels.block.level_of[run]);
      std::uint64_t& word = sets_[cell * n_words_ + block / 64];
      expects((word >> (block % 64) & 1) == 0, "one run at most of each combination of levels and block");
      word |= std::uint64_t{1} << (block % 64);
    }
  }

  std::size_t n_factors() const { return n_levels_.size(); }
  std::size_t n_levels(std::size_t factor) const { return n_levels_[factor]; }
  std::size_t n_blocks() const { return n_blocks_; }
  std::size_t n_words() const { return n_words_; }
  const Blocks& sets() const { return sets_; }
  bool has(std::size_t cell, std::size_t block) const {
    return (sets_[cell * n_words_ + block / 64] >> (block % 64) & 1) != 0;
  }

  /// Π (2^levels − 1), or the largest number there is.
  std::size_t n_subsets() const {
    std::size_t n = 1;
    for (const std::size_t levels : n_levels_) {
      const std::size_t own = levels < 63 ? (std::size_t{1} << levels) - 1 : std::numeric_limits<std::size_t>::max();
      if (n > std::numeric_limits<std::size_t>::max() / own) return std::numeric_limits<std::size_t>::max();
      n *= own;
    }
    return n;
  }

 private:
  std::vector<std::size_t> n_levels_;
  std::size_t n_blocks_, n_words_;
  Blocks sets_;
};

std::size_t n_members(std::span<const std::uint64_t> set) {
  std::size_t n = 0;
  for (const std::uint64_t word : set) n += static_cast<std::size_t>(std::popcount(word));
  return n;
}

using LevelSets = std::vector<std::vector<int>>;

/// Tries all products of level subsets, factor by factor, those with the first levels first: of equals the first one
/// stays.
class ExactSearch {
 public:
  ExactSearch(const Presence& presence, std::size_t least_blocks)
      : presence_(presence), least_blocks_(least_blocks), chosen_(presence.n_factors()) {}

  /// The levels kept; empty when nothing is complete.
  LevelSets run() {
    choose(0, 0, presence_.sets(), {}, 1, 0);
    return best_;
  }

 private:
  /// Chooses among the levels of `factor` from `level` on. `sets` are those of the cells of this factor and the ones
  /// behind it, `common` what the chosen levels have in common, of the cells of the factors behind it.
  void choose(std::size_t factor, std::size_t level, const Blocks& sets, const Blocks& common, std::size_t n_cells,
              std::size_t n_crossed) {
    if (factor == presence_.n_factors()) return keep_if_best(sets, n_cells, n_crossed);
    if (level == presence_.n_levels(factor)) {
      const std::size_t n_chosen = chosen_[factor].size();
      if (n_chosen > 0) choose(factor + 1, 0, common, {}, n_cells * n_chosen, n_crossed + (n_chosen > 1 ? 1 : 0));
      return;
    }
    const std::size_t width = sets.size() / presence_.n_levels(factor);
    const auto* slice = sets.data() + level * width;
    Blocks with(slice, slice + width);
    if (!common.empty())
      for (std::size_t i = 0; i < width; ++i) with[i] &= common[i];
    chosen_[factor].push_back(static_cast<int>(level));
    if (can_be_better(factor, level + 1, with, n_cells)) choose(factor, level + 1, sets, with, n_cells, n_crossed);
    chosen_[factor].pop_back();
    choose(factor, level + 1, sets, common, n_cells, n_crossed);
  }

  /// No more runs than this can come of what was chosen: all levels that are left, with the blocks of the best cell.
  bool can_be_better(std::size_t factor, std::size_t next_level, const Blocks& common, std::size_t n_cells) const {
    std::size_t most_blocks = 0;
    const std::size_t n_words = presence_.n_words();
    for (std::size_t first = 0; first < common.size(); first += n_words)
      most_blocks = std::max(most_blocks, n_members({common.data() + first, n_words}));
    std::size_t most_cells = n_cells * (chosen_[factor].size() + presence_.n_levels(factor) - next_level);
    for (std::size_t other = factor + 1; other < presence_.n_factors(); ++other)
      most_cells *= presence_.n_levels(other);
    return most_blocks >= least_blocks_ && most_cells * most_blocks >= n_runs_;
  }

  void keep_if_best(const Blocks& common, std::size_t n_cells, std::size_t n_crossed) {
    const std::size_t n_blocks = n_members(common);
    if (n_crossed == 0 || n_blocks < least_blocks_) return;
    const std::size_t n_runs = n_cells * n_blocks;
    if (n_runs < n_runs_ || (n_runs == n_runs_ && n_crossed <= n_crossed_)) return;
    n_runs_ = n_runs;
    n_crossed_ = n_crossed;
    best_ = chosen_;
  }

  const Presence& presence_;
  std::size_t least_blocks_;
  LevelSets chosen_, best_;
  std::size_t n_runs_ = 0, n_crossed_ = 0;
};

/// Leaves out what lacks most until nothing is missing, then takes back what fits.
class GreedySearch {
 public:
  GreedySearch(const Presence& presence, std::size_t least_blocks) : presence_(presence), least_blocks_(least_blocks) {
    for (std::size_t factor = 0; factor <= presence.n_factors(); ++factor)
      kept_.emplace_back(factor < presence.n_factors() ? presence.n_levels(factor) : presence.n_blocks(), true);
  }

  LevelSets run() {
    while (leave_one_out()) {
    }
    if (!is_complete()) return {};
    for (auto& kept : kept_)
      for (std::size_t level = 0; level < kept.size(); ++level) take_back(kept, level);
    LevelSets result;
    bool is_crossed = false;
    for (std::size_t factor = 0; factor < presence_.n_factors(); ++factor) {
      result.emplace_back();
      for (std::size_t level = 0; level < kept_[factor].size(); ++level)
        if (kept_[factor][level]) result.back().push_back(static_cast<int>(level));
      is_crossed = is_crossed || result.back().size() > 1;
    }
    return is_crossed ? result : LevelSets{};
  }

 private:
  /// Calls `action(cell, levels of the factors)` for every cell that is kept.
  template <class Action>
  void each_cell(const Action& action) const {
    std::vector<std::size_t> levels(presence_.n_factors(), 0);
    const std::size_t n_cells = presence_.sets().size() / presence_.n_words();
    for (std::size_t cell = 0; cell < n_cells; ++cell) {
      bool is_kept = true;
      std::size_t rest = cell;
      for (std::size_t factor = levels.size(); factor-- > 0;) {
        levels[factor] = rest % presence_.n_levels(factor);
        rest /= presence_.n_levels(factor);
        is_kept = is_kept && kept_[factor][levels[factor]];
      }
      if (is_kept) action(cell, levels);
    }
  }

  bool is_complete() const {
    bool complete = true;
    each_cell([&](std::size_t cell, const std::vector<std::size_t>&) {
      for (std::size_t block = 0; block < presence_.n_blocks(); ++block)
        complete = complete && (!kept_.back()[block] || presence_.has(cell, block));
    });
    return complete;
  }

  /// False when nothing is missing, or nothing more can be left out.
  bool leave_one_out() {
    std::vector<std::vector<std::size_t>> n_missing, n_all;
    for (const auto& kept : kept_) {
      n_missing.emplace_back(kept.size(), 0);
      n_all.emplace_back(kept.size(), 0);
    }
    each_cell([&](std::size_t cell, const std::vector<std::size_t>& levels) {
      for (std::size_t block = 0; block < presence_.n_blocks(); ++block) {
        if (!kept_.back()[block]) continue;
        const std::size_t missing = presence_.has(cell, block) ? 0 : 1;
        for (std::size_t axis = 0; axis < kept_.size(); ++axis) {
          const std::size_t level = axis < levels.size() ? levels[axis] : block;
          n_missing[axis][level] += missing;
          ++n_all[axis][level];
        }
      }
    });
    std::size_t worst_axis = 0, worst_level = 0;
    double worst = 0;
    for (std::size_t axis = 0; axis < kept_.size(); ++axis) {
      const auto n_kept = static_cast<std::size_t>(std::count(kept_[axis].begin(), kept_[axis].end(), true));
      if (n_kept <= (axis < presence_.n_factors() ? 1 : least_blocks_)) continue;
      for (std::size_t level = 0; level < kept_[axis].size(); ++level) {
        if (n_all[axis][level] == 0) continue;
        const double share = static_cast<double>(n_missing[axis][level]) / static_cast<double>(n_all[axis][level]);
        if (share == 0 || share < worst) continue;  // of equals the last one
        worst = share;
        worst_axis = axis;
        worst_level = level;
      }
    }
    if (worst == 0) return false;
    kept_[worst_axis][worst_level] = false;
    return true;
  }

  void take_back(std::vector<bool>& kept, std::size_t level) {
    if (kept[level]) return;
    kept[level] = true;
    if (!is_complete()) kept[level] = false;
  }

  const Presence& presence_;
  std::size_t least_blocks_;
  std::vector<std::vector<bool>> kept_;  ///< [factor][level], then [block]
};

bool contains(const std::vector<int>& sorted, int value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

/// Blocks that every cell of these levels has.
std::vector<int> complete_blocks(const Presence& presence, const LevelSets& levels) {
  std::vector<int> blocks;
  const std::size_t n_cells = presence.sets().size() / presence.n_words();
  std::vector<bool> is_kept(n_cells, true);
  for (std::size_t cell = 0; cell < n_cells; ++cell) {
    std::size_t rest = cell;
    for (std::size_t factor = levels.size(); factor-- > 0; rest /= presence.n_levels(factor))
      is_kept[cell] = is_kept[cell] && contains(levels[factor], static_cast<int>(rest % presence.n_levels(factor)));
  }
  for (std::size_t block = 0; block < presence.n_blocks(); ++block) {
    bool is_complete = true;
    for (std::size_t cell = 0; cell < n_cells && is_complete; ++cell)
      is_complete = !is_kept[cell] || presence.has(cell, block);
    if (is_complete) blocks.push_back(static_cast<int>(block));
  }
  return blocks;
}

}  // namespace

CompleteSubdesign complete_subdesign(const FactorialLabels& labels, const std::vector<bool>& usable,
                                     std::size_t least_blocks, std::size_t most_subsets) {
  expects(usable.size() == labels.n_runs(), "whether each run is usable");
  const Presence presence(labels, usable);
  CompleteSubdesign result;
  result.is_exact = presence.n_subsets() <= most_subsets;
  const std::size_t least = std::max<std::size_t>(1, least_blocks);
  const LevelSets levels = result.is_exact ? ExactSearch(presence, least).run() : GreedySearch(presence, least).run();
  if (levels.empty()) return result;
  result.levels = levels;
  result.blocks = complete_blocks(presence, levels);
  for (std::size_t run = 0; run < usable.size(); ++run) {
    bool is_in = usable[run] && contains(result.blocks, labels.block.level_of[run]);
    for (std::size_t factor = 0; factor < levels.size() && is_in; ++factor)
      is_in = contains(levels[factor], labels.factors[factor].level_of[run]);
    if (is_in) result.runs.push_back(run);
  }
  return result;
}

}  // namespace cohort
