#include <cohort/analysis/effect_layout.hpp>

#include <cohort/analysis/analysis.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/similarity/far_seed.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace cohort {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostContrastedLevels = 32;  // of a factor; more would be a table nobody reads

/// Codes of yes and no beside "not known"; a fill value means nothing was written.
double code(bool yes) { return yes ? 2 : 1; }

std::vector<std::string> codes(const char* no, const char* yes) { return {"unknown", no, yes}; }

}  // namespace

const std::vector<EffectLayout::Column>& EffectLayout::columns() {
  using enum ValueType;
  using enum Axis;
  static const std::vector<std::string> reasons = effect_reason_names();
  static const std::vector<Column> all{
      {"reason", u8, table, "whether there is a table, and why not", reasons},
      {"kind", u8, table, "what the subject is", codes("distances", "response")},
      {"n_usable", i32, table, "runs that have what the table is about"},
      {"n_runs", i32, table, "runs behind the table"},
      {"n_cells", i32, table, "combinations of levels behind the table"},
      {"n_seeds", i32, table, "seeds behind the table"},
      {"search", u8, table, "how the complete sub-design was found", codes("greedy", "exact")},
      {"balance", u8, table, "whether every combination has equally many runs", codes("unbalanced", "balanced")},
      {"total_ss", f64, table, "total sum of squares"},
      {"residual_ss", f64, table, "sum of squares that no term of the table explains"},
      {"residual_df", f64, table, "its degrees of freedom"},
      {"negative_share", f64, table, "share of negative eigenvalues, sum of moduli by sum of moduli"},
      {"same_seed", f64, table, "share that networks of one seed have in common, from pairs of cells"},
      {"same_seed_low", f64, table, "lower end of its interval"},
      {"same_seed_high", f64, table, "upper end of its interval"},
      {"all_cells", f64, table, "cross-seed share that all combinations of levels explain together"},
      {"all_cells_low", f64, table, "lower end of its interval"},
      {"all_cells_high", f64, table, "upper end of its interval"},
      {"df", f64, term, "degrees of freedom"},
      {"ss_type1", f64, term, "sum of squares, sequential"},
      {"ss_type2", f64, term, "sum of squares, type II"},
      {"r2_type1", f64, term, "share of the total sum of squares, sequential; too high for few seeds"},
      {"r2_type2", f64, term, "share of the total sum of squares, type II; too high for few seeds"},
      {"omega2_type1", f64, term, "omega squared with the pooled residual, sequential"},
      {"omega2_type2", f64, term, "omega squared with the pooled residual, type II"},
      {"partial_eta2_type1", f64, term, "share of what the term and the residual have together, sequential"},
      {"partial_eta2_type2", f64, term, "share of what the term and the residual have together, type II"},
      {"f_type1", f64, term, "(pseudo-)F with the pooled residual, sequential"},
      {"f_type2", f64, term, "(pseudo-)F with the pooled residual, type II"},
      {"p_f_type1", f64, term, "p-value of F, of a response alone, sequential"},
      {"p_f_type2", f64, term, "p-value of F, of a response alone, type II"},
      {"share", f64, term, "cross-seed R²: share explained, from pairs of networks of different seeds only"},
      {"share_low", f64, term, "lower end of its 95 % interval (jackknife over seeds), not clipped"},
      {"share_high", f64, term, "upper end of its 95 % interval (jackknife over seeds), not clipped"},
      {"share_se", f64, term, "its standard error (jackknife over seeds)"},
      {"share_reason", u8, term, "why there is no share or no interval", reasons},
      {"p", f64, term, "p-value of the test"},
      {"p_floor", f64, term, "smallest p-value there can be"},
      {"p_holm", f64, term, "p-value by Holm over the factors"},
      {"p_test", u8, term, "which test", {"none", "synchronized", "studentized_within_cell", "free"}},
      {"n_permutations", i32, term, "relabellings of the test, the one that is among them"},
      {"far_seed", i32, term, "number of the one seed without which the share is far from the rest, -1: none"},
      {"difference", f64, pair, "difference of the cross-seed shares of two factors"},
      {"difference_low", f64, pair, "lower end of its 95 % interval (jackknife over seeds)"},
      {"difference_high", f64, pair, "upper end of its 95 % interval (jackknife over seeds)"},
      {"difference_se", f64, pair, "its standard error (jackknife over seeds)"},
      {"contrast", f64, contrast, "difference of the means of a response at two levels, by seed"},
      {"contrast_low", f64, contrast, "lower end of its 95 % interval, of this pair alone"},
      {"contrast_high", f64, contrast, "upper end of its 95 % interval, of this pair alone"},
      {"contrast_p", f64, contrast, "its p-value, paired by seed"},
      {"contrast_p_holm", f64, contrast, "its p-value by Holm over the pairs of the factor"},
      {"level_kept", u8, level, "whether the level is in the sub-design", codes("left_out", "kept")},
      {"level_runs", i32, level, "runs of the level in the study"},
      {"level_usable", i32, level, "runs of the level that have what the table is about"},
      {"level_mean", f64, level, "mean response of the runs of the level behind the table"},
      {"seed_kept", u8, seed, "whether the seed is in the sub-design", codes("left_out", "kept")},
      {"share_without_seed", f64, term_seed, "cross-seed share without one of the seeds"},
  };
  return all;
}

EffectLayout::EffectLayout(const EffectFactors& factors, const std::vector<std::string>& subjects,
                           const std::vector<std::string>& levels)
    : labels_(factors.labels), subjects_(subjects), levels_(levels) {
  const bool is_main = factors.name == "factors";
  group_ = is_main ? "/similarity/effects" : "/similarity/effects/" + factors.name;
  prefix_ = is_main ? "effect_" : factors.name + "_";
  for (const FactorLabels& factor : labels_.factors) {
    term_names_.push_back(factor.name);
    for (const std::string& level : factor.levels) level_names_.push_back(factor.name + "=" + level);
    if (factor.levels.size() > kMostContrastedLevels) continue;
    for (std::size_t a = 0; a < factor.levels.size(); ++a)
      for (std::size_t b = a + 1; b < factor.levels.size(); ++b)
        contrast_names_.push_back(fmt::format("{}: {} - {}", factor.name, factor.levels[a], factor.levels[b]));
  }
  for (std::size_t a = 0; a < labels_.factors.size(); ++a)
    for (std::size_t b = a + 1; b < labels_.factors.size(); ++b) {
      pair_names_.push_back(labels_.factors[a].name + " - " + labels_.factors[b].name);
      term_names_.push_back(labels_.factors[a].name + " x " + labels_.factors[b].name);
    }
  term_names_.push_back(labels_.block.name);
}

std::size_t EffectLayout::n_values(Axis axis) const {
  const std::size_t n_seeds = labels_.block.levels.size();
  switch (axis) {
    case Axis::term:
      return n_terms();
    case Axis::pair:
      return pair_names_.size();
    case Axis::contrast:
      return contrast_names_.size();
    case Axis::level:
      return level_names_.size();
    case Axis::seed:
      return n_seeds;
    case Axis::term_seed:
      return n_terms() * n_seeds;
    case Axis::table:
      break;
  }
  return 1;
}

std::vector<std::string> EffectLayout::dimensions(Axis axis) const {
  std::vector<std::string> names{"effect_subject", "level", "effect_subdesign"};
  if (axis == Axis::term || axis == Axis::term_seed) names.push_back(dimension("term"));
  if (axis == Axis::pair) names.push_back(dimension("pair"));
  if (axis == Axis::contrast) names.push_back(dimension("contrast"));
  if (axis == Axis::level) names.push_back(dimension("level"));
  if (axis == Axis::seed || axis == Axis::term_seed) names.emplace_back("effect_seed");
  return names;
}

Schema EffectLayout::schema() const {
  Schema schema;
  schema.dimensions = {labelled("effect_subject", subjects_, "what is explained"),
                       labelled("level", levels_, "matched level at which the snapshot was taken"),
                       labelled("effect_subdesign", {"complete", "all"},
                                "largest part of the study without holes, and all runs across the holes"),
                       labelled(dimension("term"), term_names_, "factor, or interaction of two"),
                       labelled(dimension("level"), level_names_, "level of a factor")};
  if (!pair_names_.empty())
    schema.dimensions.push_back(labelled(dimension("pair"), pair_names_, "two factors that are compared"));
  if (!contrast_names_.empty())
    schema.dimensions.push_back(labelled(dimension("contrast"), contrast_names_, "two levels that are compared"));
  schema.dimensions.push_back(labelled("effect_seed", labels_.block.levels, "seed"));
  for (const Column& column : columns()) {
    if (n_values(column.axis) == 0) continue;
    DatasetInfo info{group_ + "/" + column.name, column.type, dimensions(column.axis), "1", column.long_name};
    info.flag_meanings = column.flags;
    info.made_from = made_from();
    schema.datasets.push_back(info);
  }
  schema.datasets.push_back(made_from_dataset(made_from(), dimensions(Axis::table)));
  return schema;
}

std::vector<BlockPlace> EffectLayout::places(const EffectPlace& place) const {
  std::vector<BlockPlace> result;
  const std::size_t n_seeds = n_values(Axis::seed);
  for (const Column& column : columns()) {
    if (n_values(column.axis) == 0) continue;
    BlockPlace block{group_ + "/" + column.name, column.type, {place.subject, place.level, place.subdesign}, {1, 1, 1}};
    block.start.resize(dimensions(column.axis).size(), 0);
    if (column.axis == Axis::term_seed) {
      block.count.insert(block.count.end(), {n_terms(), n_seeds});
    } else if (column.axis != Axis::table) {
      block.count.push_back(n_values(column.axis));
    }
    result.push_back(block);
  }
  return result;
}

BlockPlace EffectLayout::made_from_place(const EffectPlace& place) const {
  return {made_from(), ValueType::u64, {place.subject, place.level, place.subdesign}, {1, 1, 1}};
}

std::size_t EffectLayout::pair(std::size_t a, std::size_t b) const {
  const std::size_t n = labels_.factors.size();
  expects(a < b && b < n, "two factors in their order");
  return a * n - a * (a + 1) / 2 + b - a - 1;
}

std::size_t EffectLayout::term(const std::vector<std::size_t>& factors) const {
  if (factors.size() == 1) return factors.front() < labels_.factors.size() ? factors.front() : n_terms() - 1;
  return labels_.factors.size() + pair(factors.at(0), factors.at(1));
}

std::size_t EffectLayout::first_level(std::size_t factor) const {
  std::size_t first = 0;
  for (std::size_t other = 0; other < factor; ++other) first += labels_.factors[other].levels.size();
  return first;
}

std::size_t EffectLayout::contrast(std::size_t factor, std::size_t a, std::size_t b) const {
  std::size_t first = 0;
  for (std::size_t other = 0; other < factor; ++other) {
    const std::size_t n = labels_.factors[other].levels.size();
    if (n <= kMostContrastedLevels) first += n * (n - 1) / 2;
  }
  const std::size_t n = labels_.factors[factor].levels.size();
  if (n > kMostContrastedLevels) return contrast_names_.size();
  return first + a * n - a * (a + 1) / 2 + b - a - 1;
}

EffectRow::EffectRow(const EffectLayout& layout) : layout_(layout) {
  for (const auto& column : EffectLayout::columns()) columns_[column.name].assign(layout.n_values(column.axis), nan);
}

void EffectRow::put(const std::string& column, std::size_t index, double value) {
  const auto found = columns_.find(column);
  expects(found != columns_.end() && index < found->second.size(), "a place of a column of effects");
  found->second[index] = value;
}

void EffectRow::put_share(const std::string& name, std::size_t index, const SeedShare& share) {
  put(name, index, share.estimate);
  put(name + "_low", index, share.low);
  put(name + "_high", index, share.high);
}

void EffectRow::put_table(const EffectTable& table, const std::vector<std::size_t>& factors,
                          const std::vector<int>& blocks) {
  put("n_cells", static_cast<double>(table.n_cells));
  put("n_seeds", static_cast<double>(table.n_seeds));
  put("balance", code(table.balanced));
  put("total_ss", table.total_ss);
  put("residual_ss", table.residual_ss);
  put("residual_df", table.residual_df);
  put("negative_share", table.negative_share);
  put_share("same_seed", 0, table.same_seed);
  put_share("all_cells", 0, table.all_cells);
  for (const EffectTerm& term : table.terms) put_term(term, factors, blocks);
  for (const EffectDifference& difference : table.differences) {
    std::size_t a = factors[difference.a], b = factors[difference.b];
    SeedShare share = difference.share;
    if (b < a) {
      std::swap(a, b);
      share.estimate = -share.estimate;
      share.low = -std::exchange(share.high, -share.low);
    }
    put_share("difference", layout_.pair(a, b), share);
    put("difference_se", layout_.pair(a, b), share.standard_error);
  }
}

void EffectRow::put_term(const EffectTerm& term, const std::vector<std::size_t>& factors,
                         const std::vector<int>& blocks) {
  std::vector<std::size_t> own;
  for (const std::size_t factor : term.factors)
    own.push_back(factor < factors.size() ? factors[factor] : layout_.labels().factors.size());
  const std::size_t at = layout_.term(own);
  put("df", at, term.df);
  for (const auto& [type, squares] : {std::pair{"_type1", &term.sequential}, {"_type2", &term.type2}}) {
    for (const auto& [name, value] : {std::pair{"ss", squares->ss},
                                      {"r2", squares->r2},
                                      {"omega2", squares->omega2},
                                      {"partial_eta2", squares->partial_eta2},
                                      {"f", squares->f},
                                      {"p_f", squares->p_f}})
      put(std::string(name) + type, at, value);
  }
  const SeedShare& share = term.cross_seed;
  put_share("share", at, share);
  put("share_se", at, share.standard_error);
  put("p", at, term.p);
  put("p_floor", at, term.p_floor);
  put("p_holm", at, term.p_holm);
  put("p_test", at, static_cast<double>(term.test));
  put("n_permutations", at, static_cast<double>(term.n_permutations));
  EffectReason reason = EffectReason::computed;
  if (!share.has_interval())
    reason = blocks.size() < 3 ? EffectReason::fewer_than_3_seeds : EffectReason::incomplete_seeds;
  put("share_reason", at, static_cast<double>(reason));
  if (const auto far = far_seed(share.without_seed)) put("far_seed", at, blocks[*far]);
  const std::size_t n_seeds = layout_.n_values(EffectLayout::Axis::seed);
  for (std::size_t i = 0; i < share.without_seed.size(); ++i)
    put("share_without_seed", at * n_seeds + static_cast<std::size_t>(blocks[i]), share.without_seed[i]);
}

void EffectRow::put_contrasts(const std::vector<LevelContrast>& contrasts, const std::vector<std::size_t>& factors,
                              const std::vector<std::vector<int>>& levels) {
  for (const LevelContrast& one : contrasts) {
    const std::vector<int>& own = levels[one.factor];
    const std::size_t at = layout_.contrast(factors[one.factor], static_cast<std::size_t>(own[one.a]),
                                            static_cast<std::size_t>(own[one.b]));
    if (at == layout_.n_values(EffectLayout::Axis::contrast)) continue;
    put("contrast", at, one.difference);
    put("contrast_low", at, one.low);
    put("contrast_high", at, one.high);
    put("contrast_p", at, one.p);
    put("contrast_p_holm", at, one.p_holm);
  }
}

void EffectRow::put_subdesign(const CompleteSubdesign& subdesign) {
  put("search", code(subdesign.is_exact));
  if (!subdesign.exists()) return;
  const auto is_in = [](const std::vector<int>& kept, std::size_t level) {
    return std::binary_search(kept.begin(), kept.end(), static_cast<int>(level));
  };
  for (std::size_t factor = 0; factor < subdesign.levels.size(); ++factor)
    for (std::size_t level = 0; level < layout_.labels().factors[factor].levels.size(); ++level)
      put("level_kept", layout_.first_level(factor) + level, code(is_in(subdesign.levels[factor], level)));
  for (std::size_t seed = 0; seed < layout_.n_values(EffectLayout::Axis::seed); ++seed)
    put("seed_kept", seed, code(is_in(subdesign.blocks, seed)));
}

void EffectRow::put_levels(const FactorialLabels& labels, const std::vector<bool>& usable) {
  for (std::size_t factor = 0; factor < labels.factors.size(); ++factor) {
    std::vector<double> n(labels.factors[factor].levels.size(), 0), all = n;
    for (std::size_t run = 0; run < usable.size(); ++run) {
      const auto level = static_cast<std::size_t>(labels.factors[factor].level_of[run]);
      all[level] += 1;
      n[level] += usable[run] ? 1 : 0;
    }
    for (std::size_t level = 0; level < n.size(); ++level) {
      put("level_runs", layout_.first_level(factor) + level, all[level]);
      put("level_usable", layout_.first_level(factor) + level, n[level]);
    }
  }
}

void EffectRow::put_means(const FactorialLabels& labels, const std::vector<std::size_t>& selected,
                          const std::vector<double>& responses) {
  if (responses.empty()) return;
  for (std::size_t factor = 0; factor < labels.factors.size(); ++factor) {
    const std::size_t n_levels = labels.factors[factor].levels.size();
    std::vector<double> n(n_levels, 0), sum(n_levels, 0);
    for (const std::size_t run : selected) {
      const auto level = static_cast<std::size_t>(labels.factors[factor].level_of[run]);
      n[level] += 1;
      sum[level] += responses[run];
    }
    for (std::size_t level = 0; level < n_levels; ++level)
      if (n[level] > 0) put("level_mean", layout_.first_level(factor) + level, sum[level] / n[level]);
  }
}

void EffectRow::write(ItemValues& values) const {
  std::size_t block = 0;
  for (const auto& column : EffectLayout::columns()) {
    const std::vector<double>& from = columns_.at(column.name);
    if (from.empty()) continue;
    if (column.type == ValueType::f64) std::ranges::copy(from, values.block<double>(block).begin());
    if (column.type == ValueType::i32)
      std::ranges::transform(from, values.block<std::int32_t>(block).begin(),
                             [](double value) { return std::isnan(value) ? -1 : static_cast<std::int32_t>(value); });
    if (column.type == ValueType::u8)
      std::ranges::transform(from, values.block<std::uint8_t>(block).begin(), [](double value) {
        return std::isnan(value) ? std::uint8_t{0} : static_cast<std::uint8_t>(value);
      });
    ++block;
  }
}

}  // namespace cohort
